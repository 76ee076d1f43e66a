import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printSwarm, readSwarm, SwarmView } from './swarm.ts';

const HEARTBEAT =
  '{"t":1,"n":"N1A2B","d":{"role":"PEER","up":7,"heap":201234,"states":2,"fw":"1.1.0","md5":"ABCD","confirm":"pending","ota":"pir","rb":{"md5":"EF01","reason":"crash"}}}';
const STOCK = '{"t":1,"n":"old","d":{"role":"COORD","up":70,"heap":1,"states":0}}';

describe('messages of MeshSwarm', () => {
  it('a heartbeat tells what runs, whether it is kept, and what it fell back from', () => {
    expect(readSwarm(HEARTBEAT)).toEqual({
      kind: 'heartbeat',
      heartbeat: {
        name: 'N1A2B',
        role: 'PEER',
        upSeconds: 7,
        heapBytes: 201234,
        states: 2,
        firmware: '1.1.0',
        md5: 'abcd',
        confirm: 'pending',
        otaRole: 'pir',
        rolledBack: { md5: 'ef01', reason: 'crash' },
      },
    });
  });

  it('a stock node says nothing of its firmware', () => {
    expect(readSwarm(STOCK)).toMatchObject({
      heartbeat: { name: 'old', firmware: undefined, md5: undefined, rolledBack: undefined },
    });
  });

  it('one change and a whole state read alike; what is no entry is left out', () => {
    const entry = { k: 'led', v: '1', ver: 3, org: 77 };
    const entries = [{ key: 'led', value: '1', version: 3, origin: 77 }];
    expect(readSwarm(printSwarm(2, 'x', entry))).toMatchObject({ kind: 'state', entries });
    const sync = printSwarm(3, 'x', { s: [entry, 7, null, { k: 'x' }, { k: 1, v: '' }] });
    expect(readSwarm(sync)).toMatchObject({ kind: 'state', entries });
  });

  it('anything else is undefined or named by its type', () => {
    for (const text of ['', 'hello', '[]', '7', '{"t":"1"}', '{"n":"x"}', 'x'.repeat(100_000)]) {
      expect(readSwarm(text)).toBeUndefined();
    }
    expect(readSwarm('{"t":6}')).toEqual({ kind: 'other', type: 6, name: '???' });
    fc.assert(fc.property(fc.jsonValue(), (value) => void readSwarm(JSON.stringify(value))));
  });
});

describe('what has been heard', () => {
  const set = (key: string, value: string, version: number, origin: number) => ({
    kind: 'state' as const,
    name: '',
    entries: [{ key, value, version, origin }],
  });

  it('merges as the nodes do, whatever the order', () => {
    const told = [set('k', 'a', 1, 9), set('k', 'b', 2, 9), set('k', 'c', 2, 4)];
    fc.assert(
      fc.property(fc.shuffledSubarray(told, { minLength: 3 }), (order) => {
        const view = new SwarmView();
        for (const message of order) view.hear(1, message);
        expect(view.state.get('k')!.value).toBe('c');
      }),
    );
  });

  it('keeps a bounded number of nodes and keys', () => {
    const view = new SwarmView();
    const heartbeat = readSwarm(STOCK)!;
    for (let i = 0; i < 10_000; i++) {
      view.hear(i, heartbeat);
      view.hear(i, set(`k${i}`, '', 1, 1));
    }
    expect([view.nodes.size, view.state.size]).toEqual([4096, 4096]);
    view.hear(3, set('k3', 'new', 2, 1));
    expect(view.state.get('k3')!.value).toBe('new');
  });
});
