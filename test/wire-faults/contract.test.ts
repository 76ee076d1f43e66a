import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createOtaServer,
  type FaultPlan,
  faults,
  type OtaServer,
} from '../../mock-server/index.ts';
import { callers } from '../../mock-server/test-support.ts';
import {
  isWireScript,
  type WireScript,
  wireActs,
  wireBytes,
} from '../../tools/formats/wire-script.ts';
import { onSocket, onVirtualStream } from './players.ts';

/** Both players, held to the script and to each other. */
async function holds(script: WireScript): Promise<void> {
  const expected = [...wireActs(script)].filter((act) => act.do === 'write');
  const pieces = expected.map((act) => Buffer.from(act.bytes).toString('hex'));
  const received = Buffer.from(wireBytes(script)).toString('hex');
  const end = script.end === 'fin' || script.end === 'rst' ? script.end : 'open';
  const again = script.end === 'keep' && received !== '';
  const wanted = { pieces, received, end, again };
  const { times, ...virtual } = await onVirtualStream(script);
  expect(virtual).toEqual(wanted);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(await onSocket(script)).toEqual(wanted);
}

const text = (value: string) => new TextEncoder().encode(value);
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

describe('a wire script on a socket and on a virtual stream', () => {
  const send = { kind: 'send', bytes: text(ANSWER) } as const;
  const scripts: Record<string, Omit<WireScript, 'kind'>> = {
    'is sent whole, and the connection stays': { steps: [send], end: 'keep' },
    'ends in order': { steps: [send], end: 'fin' },
    'ends in a reset behind its bytes': { steps: [send], end: 'rst' },
    'ends in silence': { steps: [send], end: 'stall' },
    'is a reset and nothing else': { steps: [], end: 'rst' },
    'is an end and nothing else': { steps: [], end: 'fin' },
    'is silence and nothing else': { steps: [], end: 'stall' },
    'comes byte by byte': { steps: [{ ...send, sizes: [1] }], end: 'keep' },
    'comes in pieces with pauses': { steps: [{ ...send, sizes: [7, 3], gapMs: 2 }], end: 'fin' },
    'pauses between two steps': {
      steps: [send, { kind: 'wait', ms: 15 }, { ...send, sizes: [9] }],
      end: 'rst',
    },
  };
  it.each(Object.entries(scripts))('%s', async (_, script) => {
    await holds({ kind: 'wire-script', ...script });
  });

  it('keeps the pauses of the script, in virtual time to the millisecond', async () => {
    const steps = [{ ...send, sizes: [10], gapMs: 1000 }];
    const { times } = await onVirtualStream({ kind: 'wire-script', steps, end: 'fin' });
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(gaps.length).toBe(Math.ceil(ANSWER.length / 10) - 1);
    for (const gap of gaps) expect(Math.abs(gap - 1000)).toBeLessThan(10);
  });

  it('whatever it is', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        sizes: fc.array(fc.integer({ min: 100, max: 2000 }), { maxLength: 4 }),
        gapMs: fc.constantFrom(0, 0, 1),
      }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3 }) }),
    );
    const script = fc.record({
      kind: fc.constant('wire-script' as const),
      steps: fc.array(step, { maxLength: 6 }),
      end: fc.constantFrom('keep' as const, 'fin' as const, 'rst' as const, 'stall' as const),
    });
    await fc.assert(fc.asyncProperty(script, holds), { seed: 4, numRuns: 40 });
  });
});

describe('what a plan makes of an answer', () => {
  let server: OtaServer;
  beforeAll(async () => {
    server = await createOtaServer();
    await callers(server).publish();
  });
  afterAll(() => server.close());

  const plans: [string, FaultPlan][] = [
    ['reset_after', faults.resetAfter(1000)],
    ['fin_after', faults.finAfter(1)],
    ['stall_after', faults.stallAfter('headers')],
    ['stall_after, for a while', faults.stallAfter(500, 0.02)],
    ['drip', faults.drip({ bytes: 200, every_ms: 1 })],
    ['chunked_odd_sizes', faults.chunkedOddSizes()],
    ['close_delimited', faults.closeDelimited()],
    ['split', faults.splitAt(['status_line', 'headers', 0, 1])],
    ['slicer', faults.slicer({ fault: 'slicer', average_size: 300, size_variation: 200 })],
    ['bandwidth', faults.bandwidth(50_000)],
    ['latency', faults.latency(10, 5)],
    ['html_200', faults.html200()],
    ['redirect_chain', faults.redirectChain(2)],
    ['content_range', faults.contentRange({ total: '*' })],
    ['gzip', faults.gzip()],
    ['garble', faults.garble({ bytes: 5 })],
    ['reset_peer', faults.resetPeer(5)],
    ['close_after', faults.closedBetweenRanges('rst')],
  ];
  it.each(plans)('%s: the same bytes, pieces and end by both players', async (_, plan) => {
    server.faults.clear();
    server.use(plan.do[0]?.fault === 'latency' ? plan : { ...plan, when: {} });
    const headers = { range: 'bytes=0-1999' };
    const request = new Request('http://ota.test/api/v1/firmware/1/download', { headers });
    const script = await server.exchange(request);
    if (!isWireScript(script)) {
      // Only what an answer says is different: no player is needed.
      expect(['html_200', 'redirect_chain']).toContain(plan.name);
      return;
    }
    await holds(script);
  });

  it('is the same again, for the same seed', async () => {
    const make = async (seed: number) => {
      server.faults.clear();
      server.use(faults.chunkedOddSizes({ seed }), faults.garble({ bytes: 9 }, { seed }));
      const request = new Request('http://ota.test/api/v1/firmware/1/download');
      const script = await server.exchange(request);
      return isWireScript(script) ? Buffer.from(wireBytes(script)).toString('hex') : '';
    };
    const first = await make(1);
    expect(first.length).toBeGreaterThan(8000);
    expect(await make(1)).toBe(first);
    expect(await make(2)).not.toBe(first);
  });
});
