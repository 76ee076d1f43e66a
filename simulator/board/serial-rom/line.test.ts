import { describe, expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel.ts';
import { Lane, type LaneOptions } from './line.ts';

function lane(options: Partial<LaneOptions> = {}) {
  const kernel = new Kernel('1');
  const arrived: { at: number; bytes: Uint8Array }[] = [];
  const made = new Lane({
    kernel,
    board: 0,
    paced: true,
    random: kernel.random('lane'),
    listensAt: () => undefined,
    faults: () => undefined,
    deliver: (bytes) => arrived.push({ at: kernel.now, bytes }),
    ...options,
  });
  const all = () => Buffer.concat(arrived.map(({ bytes }) => bytes));
  return { kernel, lane: made, arrived, all };
}

describe('one direction of a line', () => {
  it('takes ten bits a byte', async () => {
    const { kernel, lane: line, arrived, all } = lane();
    const bytes = Uint8Array.from({ length: 4000 }, (_, i) => i);
    line.send(bytes, 460_800);
    await kernel.runUntil(1e6);
    expect(all()).toEqual(Buffer.from(bytes));
    const took = arrived.at(-1)!.at;
    const ideal = (4000 * 10 * 1e6) / 460_800;
    expect(took).toBeGreaterThanOrEqual(ideal);
    expect(took).toBeLessThan(ideal * 1.002);
  });

  it('hands bytes over as they come, by the millisecond', async () => {
    const { kernel, lane: line, arrived } = lane();
    line.send(new Uint8Array(1000), 115_200);
    await kernel.runUntil(20_000);
    expect(arrived.every(({ bytes }) => bytes.length <= 12)).toBe(true);
    expect(line.sent).toBeGreaterThan(200);
    expect(line.queued).toBe(1000 - line.sent);
  });

  it('brings all at once when it is not paced', async () => {
    const { kernel, lane: line, arrived } = lane({ paced: false });
    line.send(new Uint8Array(100_000), 300);
    await kernel.runUntil(0);
    expect(arrived).toHaveLength(1);
  });

  it('says when all has left, and forgets what is cleared', async () => {
    const { kernel, lane: line } = lane();
    const left: number[] = [];
    line.send(new Uint8Array(10), 9600);
    line.whenIdle(() => left.push(kernel.now));
    await kernel.runUntil(1e6);
    expect(left[0]).toBeGreaterThanOrEqual(10_416);
    line.send(new Uint8Array(1000), 9600);
    line.clear();
    await kernel.runUntil(5e6);
    expect([line.sent, line.queued]).toEqual([10, 0]);
  });

  it('garbles what a receiver at another rate hears', async () => {
    const { kernel, lane: line, all } = lane({ listensAt: () => 115_200 });
    line.send(new TextEncoder().encode('hello, world'), 9600);
    await kernel.runUntil(1e6);
    expect(all().toString('latin1')).not.toContain('world');
  });

  it('loses and turns bits by chance, the same in every run', async () => {
    const run = async () => {
      const { kernel, lane: line, all } = lane({ faults: () => ({ drop: 0.1, corrupt: 0.1 }) });
      line.send(new Uint8Array(1000), 115_200);
      await kernel.runUntil(1e6);
      return all();
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(850);
    expect(first.length).toBeLessThan(950);
    expect(first.filter((byte) => byte !== 0).length).toBeGreaterThan(50);
    expect(await run()).toEqual(first);
  });
});
