/** A push against nodes that are acted out: every way a node can answer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Push, type PushOptions } from './push.ts';
import { type Heartbeat, readSwarm } from './swarm.ts';

const IMAGE = Uint8Array.from({ length: 2500 }, (_, i) => i);
const MINUTE = 60_000;
let now: number;
let announced: { dest: number; forced?: boolean; noPart: number; md5: string }[];
let commands: { to: number; cmd: string; md5: string }[];
let away: Set<number>;

beforeEach(() => {
  now = 1_000_000;
  announced = [];
  commands = [];
  away = new Set();
});

function start(options: Partial<PushOptions> = {}): Push {
  const mesh = {
    nodeId: 1,
    now: () => now,
    sendPackage: (json: string) => announced.push(JSON.parse(json)) > 0,
    sendSingle: (to: number, text: string) => commands.push({ to, ...JSON.parse(text).d }) > 0,
    reachable: (nodeId: number) => !away.has(nodeId),
  };
  const fixed = { image: IMAGE, role: 'pir', hardware: 'ESP32', partSize: 1024, name: 'me' };
  return new Push(mesh, { ...fixed, ...options });
}

function beat(push: Push, nodeId: number, says: Partial<Heartbeat> = {}): void {
  const known = { name: `n${nodeId}`, role: 'PEER', heapBytes: 1, states: 0, upSeconds: 1000 };
  const firmware = { firmware: '1.0.0', md5: 'old', confirm: 'valid', otaRole: 'pir' };
  push.hear(nodeId, { ...known, ...firmware, ...says });
}

function pass(push: Push, ms: number): void {
  for (let at = 0; at < ms; at += 1000) {
    now += 1000;
    push.tick();
  }
}

function ask(push: Push, from: number, partNo: number, more: object = {}): number | undefined {
  const request = { from, partNo, md5: push.md5, role: 'pir', hardware: 'ESP32' };
  return push.asked({ ...request, ...more } as never)?.length;
}

function download(push: Push, nodeId: number): void {
  for (let part = 0; part < push.parts; part++) expect(ask(push, nodeId, part)).toBeGreaterThan(0);
  now += 5000;
}

/** A node offered to, with all its parts. */
function rebooting(options: Partial<PushOptions> = {}): Push {
  const push = start(options);
  beat(push, 7);
  pass(push, 13_000);
  download(push, 7);
  return push;
}

const ended = (push: Push) => push.targets.map(({ nodeId, phase, note }) => [nodeId, phase, note]);

describe('an update from a laptop', () => {
  it('is offered to the nodes of the role alone, singly, once all had time to be heard', () => {
    const push = start();
    for (const [id, otaRole] of [
      [7, 'pir'],
      [8, 'led'],
      [9, 'pir'],
    ] as const)
      beat(push, id, { otaRole });
    pass(push, 11_000);
    expect(announced).toEqual([]);
    pass(push, 2000);
    expect(announced).toMatchObject([
      { dest: 7, noPart: 3, md5: push.md5, role: 'pir', routing: 1, type: 10 },
      { dest: 9 },
    ]);
  });

  it('ends well when the node runs the image and keeps it; the trial is acknowledged', () => {
    const push = rebooting();
    beat(push, 7, { md5: push.md5, upSeconds: 2, confirm: 'pending', firmware: '1.1.0' });
    expect(commands).toEqual([{ to: 7, cmd: 'ota_ack', md5: push.md5 }]);
    expect(push.done).toBe(false);
    beat(push, 7, { md5: push.md5, upSeconds: 7 });
    expect(push.done).toBe(true);
    expect(ended(push)).toEqual([[7, 'completed', '']]);
  });

  it('goes on acknowledging after its own end, for a node whose first acknowledgement was lost', () => {
    const push = rebooting();
    beat(push, 7, { md5: push.md5, upSeconds: 7 });
    beat(push, 7, { md5: push.md5, upSeconds: 9, confirm: 'pending' });
    expect(commands.length).toBe(1);
  });

  it.each([
    ['crash', 'it crashed'],
    ['hang', 'it hung'],
    ['no_ack', 'nobody acknowledged it'],
  ])('that falls back by %s is a rollback, with the reason', (reason, note) => {
    const push = rebooting();
    beat(push, 7, { upSeconds: 1, rolledBack: { md5: push.md5, reason } });
    expect(ended(push)).toEqual([[7, 'rolled_back', note]]);
  });

  it('on trial when power was lost is offered again, three times at most', () => {
    const push = rebooting();
    for (let i = 0; i < 3; i++) {
      beat(push, 7, { upSeconds: 1, rolledBack: { md5: push.md5, reason: 'power' } });
      if (push.done) break;
      pass(push, MINUTE);
      download(push, 7);
    }
    expect(announced.length).toBe(3);
    expect(ended(push)).toEqual([[7, 'rolled_back', 'power was lost on trial, 3 times']]);
  });

  it('that was rejected before is not tried again, unless ordered to', () => {
    const fallen = { rolledBack: { md5: '', reason: 'crash' } };
    const push = start();
    fallen.rolledBack.md5 = push.md5;
    beat(push, 7, fallen);
    expect(ended(push)).toMatchObject([[7, 'rolled_back', expect.stringMatching(/--retry/)]]);
    const again = start({ retry: true });
    beat(again, 7, fallen);
    expect(commands).toEqual([{ to: 7, cmd: 'ota_retry', md5: push.md5 }]);
    pass(again, 20_000);
    beat(again, 7, fallen); // not yet restarted
    expect(announced.length).toBe(1);
    expect(again.targets[0]!.phase).toBe('offered');
  });

  it('that a node runs already is done, and forced is done when it has restarted', () => {
    const push = start();
    beat(push, 7, { md5: push.md5 });
    pass(push, 13_000);
    expect([announced, ended(push)]).toEqual([[], [[7, 'completed', 'ran it already']]]);
    const forced = start({ force: true });
    beat(forced, 7, { md5: push.md5 });
    pass(forced, 13_000);
    expect(announced).toMatchObject([{ dest: 7, forced: true }]);
    download(forced, 7);
    beat(forced, 7, { md5: push.md5, upSeconds: 1020 });
    expect(forced.done).toBe(false);
    beat(forced, 7, { md5: push.md5, upSeconds: 2 });
    expect(forced.done).toBe(true);
  });

  it('is forced once a node: a second announce is a plain one', () => {
    const push = start({ force: true });
    beat(push, 7);
    pass(push, 75_000);
    expect(announced.map(({ forced }) => forced)).toEqual([true, undefined]);
  });
});

describe('nobody gets a part who should not', () => {
  it('not another node, image, role, hardware, nor a part beyond the end', () => {
    const push = start();
    beat(push, 7);
    beat(push, 8, { otaRole: 'led' });
    expect(ask(push, 7, 0)).toBeUndefined(); // not offered yet
    pass(push, 13_000);
    expect(ask(push, 8, 0)).toBeUndefined();
    expect(ask(push, 7, 3)).toBeUndefined();
    expect(ask(push, 7, 0, { md5: 'x' })).toBeUndefined();
    expect(ask(push, 7, 0, { role: 'led' })).toBeUndefined();
    expect(ask(push, 7, 0, { hardware: 'ESP8266' })).toBeUndefined();
    expect([0, 1, 2].map((part) => ask(push, 7, part))).toEqual([1024, 1024, 452]);
  });

  it('not a node that has ended', () => {
    const push = rebooting();
    beat(push, 7, { md5: push.md5, upSeconds: 7 });
    expect(ask(push, 7, 0)).toBeUndefined();
  });

  it('not more than two at a time', () => {
    const push = start();
    for (const id of [7, 8, 9]) beat(push, id);
    pass(push, 13_000);
    expect(announced.map(({ dest }) => dest)).toEqual([7, 8]);
    download(push, 7);
    beat(push, 7, { md5: push.md5, upSeconds: 7 });
    pass(push, 1000);
    expect(announced.map(({ dest }) => dest)).toEqual([7, 8, 9]);
  });
});

describe('an update ends, whatever a node does', () => {
  it.each<[string, (push: Push) => void, string, RegExp]>([
    ['never asks', () => {}, 'failed', /never asked/],
    ['stops in the middle', (push) => void ask(push, 7, 0), 'failed', /stopped asking at part/],
    ['is never heard again', (push) => download(push, 7), 'failed', /not heard to run/],
    ['leaves before its turn', () => void away.add(7), 'failed', /not in the mesh|never asked/],
  ])('%s', (_, act, phase, note) => {
    const push = start();
    beat(push, 7);
    pass(push, 12_000);
    for (let i = 0; i < 60 && !push.done; i++) {
      pass(push, MINUTE);
      if (push.targets[0]!.phase === 'offered') act(push);
      if (i === 0) act(push);
    }
    expect(ended(push)).toEqual([[7, phase, expect.stringMatching(note)]]);
  });

  it('whose Update refuses the bytes is tried three times', () => {
    const push = rebooting();
    for (let i = 0; i < 10 && !push.done; i++) {
      pass(push, 2 * MINUTE);
      beat(push, 7); // up for long: it did not restart
      pass(push, MINUTE);
      if (push.targets[0]!.phase === 'offered') download(push, 7);
    }
    expect(ended(push)).toEqual([
      [7, 'failed', 'did not take the image (MD5 or activation), 3 times'],
    ]);
  });

  it('of a stock node named by hand is sent, and not more', () => {
    const push = start({ only: [0x66] });
    const stock = readSwarm('{"t":1,"n":"old","d":{"role":"PEER","up":500}}')!;
    if (stock.kind !== 'heartbeat') throw new Error('no heartbeat');
    push.hear(0x66, stock.heartbeat);
    pass(push, 13_000);
    download(push, 0x66);
    push.hear(0x66, { ...stock.heartbeat, upSeconds: 2 });
    expect(ended(push)).toMatchObject([[0x66, 'unverified', expect.stringMatching(/cannot say/)]]);
  });

  it('of a node without MeshSwarm ends when it has left the mesh and is back', () => {
    const push = start({ only: [0x66] });
    pass(push, 13_000);
    download(push, 0x66);
    pass(push, 5_000);
    expect(ended(push)).toMatchObject([[0x66, 'rebooting', '']]);
    away.add(0x66);
    pass(push, 20_000);
    expect(push.done).toBe(false);
    away.clear();
    pass(push, 2_000);
    expect(ended(push)).toMatchObject([[0x66, 'unverified', expect.stringMatching(/^restarted/)]]);
    expect(push.done).toBe(true);
  });

  it('of a MeshSwarm node does not end by its coming back: it says what it runs', () => {
    const push = rebooting();
    away.add(7);
    pass(push, 20_000);
    away.clear();
    pass(push, 20_000);
    expect(ended(push)).toMatchObject([[7, 'rebooting', '']]);
  });

  it('of a node named by hand that is of another role fails', () => {
    const push = start({ only: [7] });
    beat(push, 7, { otaRole: 'led' });
    expect(ended(push)).toEqual([[7, 'failed', 'takes images of role led']]);
  });

  it('by interruption leaves what has ended as it is', () => {
    const push = rebooting();
    beat(push, 8);
    beat(push, 7, { md5: push.md5, upSeconds: 7 });
    push.giveUp('interrupted');
    expect(ended(push)).toEqual([
      [7, 'completed', ''],
      [8, 'failed', 'interrupted'],
    ]);
  });
});
