import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wasmEngine } from './testing/workspace.ts';
import { limitMemory } from './wasm-module.ts';

/** A module with one memory (`min` pages) and an exported constant global __heap_base. */
function moduleWith(heapBase: number, min = 1, tail: number[] = []): Uint8Array {
  const name = [...new TextEncoder().encode('__heap_base')];
  const exports = [1, name.length, ...name, 3, 1];
  const globals = [2, 0x7f, 1, 0x41, 0, 0x0b, 0x7f, 0, 0x41, ...sleb(heapBase), 0x0b];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const section = (id: number, body: number[]): number[] => [id, body.length, ...body];
  return Uint8Array.from([
    ...head,
    ...section(5, [1, 0, min]),
    ...section(6, globals),
    ...section(7, exports),
    ...tail,
  ]);
}

function sleb(value: number): number[] {
  const out: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const byte = rest & 0x7f;
    if ((rest >> 7 === 0 && !(byte & 0x40)) || (rest >> 7 === -1 && byte & 0x40))
      return [...out, byte];
    out.push(byte | 0x80);
  }
}

/** Bytes 10 to 14: count, flags, min, max (below 128). */
const limits = (wasm: Uint8Array): number[] => [...wasm.subarray(10, 14)];

describe('limitMemory', () => {
  it.each([
    [70_000, 65_536, 3],
    [65_536, 65_536, 2],
    [65_536, 1, 2],
    [100, 100, 1],
    [1_000_000, 327_680, 21],
  ])('grants the pages that %i static and %i heap bytes need', (heapBase, heap, pages) => {
    const limited = limitMemory(moduleWith(heapBase), heap);
    expect(limits(limited)).toEqual([1, 1, 1, pages]);
    expect(wasmEngine.validate(limited)).toBe(true);
  });

  it('never goes below what the module starts with', () => {
    expect(limits(limitMemory(moduleWith(100, 9), 1))).toEqual([1, 1, 9, 9]);
  });

  it('leaves every other byte alone', () => {
    const custom = [0, 3, 1, 0x78, 7];
    const before = moduleWith(5000, 1, custom);
    expect([...limitMemory(before, 1).subarray(14)]).toEqual([...before.subarray(13)]);
  });

  it('throws RangeError and nothing else for damaged modules', () => {
    const whole = moduleWith(5000);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const damaged = whole.slice(0, length);
        if (at < damaged.length) damaged[at] = value;
        try {
          limitMemory(damaged, 1000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});
