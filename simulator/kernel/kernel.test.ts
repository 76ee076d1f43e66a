import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from './kernel.ts';

describe('Kernel', () => {
  it('runs events by (time, priority, board, sequence), whatever the order of planning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(20), fc.integer({ min: -2, max: 2 }), fc.nat(3)), {
          maxLength: 60,
        }),
        async (plan) => {
          const kernel = new Kernel('order');
          const seen: number[][] = [];
          plan.forEach(([time, priority, board], i) => {
            kernel.at(time, () => void seen.push([time, priority, board, i]), { board, priority });
          });
          await kernel.runUntil(100);
          const sorted = [...seen].sort((a, b) => {
            for (let k = 0; k < 4; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
            return 0;
          });
          expect(seen).toEqual(sorted);
          expect(seen.length).toBe(plan.length);
        },
      ),
    );
  });

  it('awaits each event before the next one', async () => {
    const kernel = new Kernel('await');
    const seen: string[] = [];
    kernel.at(1, async () => {
      await Promise.resolve()
        .then(() => {})
        .then(() => {});
      seen.push('slow');
    });
    kernel.at(1, () => void seen.push('quick'));
    await kernel.runUntil(1);
    expect(seen).toEqual(['slow', 'quick']);
  });

  it('never runs a cancelled event, and forgets many of them', async () => {
    const kernel = new Kernel('cancel');
    let ran = 0;
    const handles = Array.from({ length: 1000 }, (_, i) => kernel.at(i, () => void ran++));
    handles.forEach((handle, i) => {
      if (i % 10) kernel.cancel(handle);
    });
    await kernel.runUntil(2000);
    expect(ran).toBe(100);
    expect(kernel.now).toBe(2000);
  });

  it('stops after the event that fulfils the condition', async () => {
    const kernel = new Kernel('stop');
    let count = 0;
    for (let i = 1; i <= 5; i++) kernel.at(i * 10, () => void count++);
    expect(await kernel.runUntil(100, () => count === 3)).toBe(true);
    expect(kernel.now).toBe(30);
  });

  it('plans nothing in the past', async () => {
    const kernel = new Kernel('past');
    await kernel.runUntil(50);
    const handle = kernel.at(10, () => {});
    expect(handle.time).toBe(50);
    expect(() => kernel.at(Number.NaN, () => {})).toThrow(/finite time/);
  });
});

describe('randomness', () => {
  it('gives each name its own stream, the same for the same seed', () => {
    const a = new Kernel('7').random('link:a-b');
    const b = new Kernel('7').random('link:a-b');
    const other = new Kernel('7').random('link:a-c');
    const first = Array.from({ length: 50 }, () => a());
    expect(Array.from({ length: 50 }, () => b())).toEqual(first);
    expect(Array.from({ length: 50 }, () => other())).not.toEqual(first);
    expect(first.every((x) => x >= 0 && x < 1)).toBe(true);
  });

  it('is spread evenly enough to draw from', () => {
    const draw = new Kernel('spread').random('x');
    const buckets = new Array(10).fill(0);
    for (let i = 0; i < 10_000; i++) buckets[Math.floor(draw() * 10)]++;
    for (const n of buckets) expect(Math.abs(n - 1000)).toBeLessThan(150);
  });
});

describe('trace', () => {
  it('changes its hash with any part of any record', () => {
    const digest = (...parts: [number, string, string, string][]) => {
      const kernel = new Kernel('t');
      for (const p of parts) kernel.trace.add(...p);
      return kernel.trace.digest();
    };
    const base = digest([1, 'a', 'uart', 'x'], [2, 'b', 'uart', 'y']);
    expect(digest([1, 'a', 'uart', 'x'], [2, 'b', 'uart', 'y'])).toBe(base);
    expect(digest([1, 'a', 'uart', 'x'], [3, 'b', 'uart', 'y'])).not.toBe(base);
    expect(digest([1, 'a', 'uart', 'x'], [2, 'c', 'uart', 'y'])).not.toBe(base);
    expect(digest([1, 'a', 'uart', 'x'], [2, 'b', 'gpio', 'y'])).not.toBe(base);
    expect(digest([1, 'a', 'uart', 'xy'], [2, 'b', 'uart', ''])).not.toBe(base);
  });
});
