import { describe, expect, it } from 'vitest';
import { NorFlash, PowerLost, SECTOR_SIZE } from './nor-flash.ts';
import type { CutPhase } from './torn-flash.ts';

/** A chip of two sectors, all bits programmed, whose next operation is cut. */
function cut(phase: CutPhase, from: 0 | 0xff, operate: (flash: NorFlash) => void): NorFlash {
  const flash = new NorFlash(2 * SECTOR_SIZE);
  if (from === 0) flash.write(0, new Uint8Array(2 * SECTOR_SIZE));
  flash.hooks.cut = () => phase;
  expect(() => operate(flash)).toThrow(PowerLost);
  flash.hooks.cut = undefined;
  return flash;
}

/** Ranges of bytes that are not `usual`, as from-to. */
function ranges(bytes: Uint8Array, usual: number): string[] {
  const found: string[] = [];
  let begin = -1;
  for (let at = 0; at <= bytes.length; at++) {
    const other = at < bytes.length && bytes[at] !== usual;
    if (other && begin < 0) begin = at;
    if (!other && begin >= 0) found.push(`${begin}-${at}`);
    if (!other) begin = -1;
  }
  return found;
}

describe('a program that loses its power', () => {
  const program = (phase: CutPhase, at: number, length: number) =>
    cut(phase, 0xff, (flash) => flash.write(at, new Uint8Array(length)));

  it.each([
    ['before', []],
    ['half', ['100-116']],
    ['out-of-order', ['116-132']],
    ['after', ['100-132']],
  ] as const)('within a page, %s', (phase, done) => {
    expect(ranges(program(phase, 100, 32).dump(), 0xff)).toEqual(done);
  });

  it('has whole pages before the one that is out of order, and none after it', () => {
    // Pages 0 to 4, the first and the last in part: page 2 is the one.
    expect(ranges(program('out-of-order', 200, 900).dump(), 0xff)).toEqual(['200-512', '640-768']);
  });

  it('tears one page to bits', () => {
    const bytes = program('torn', 200, 900).dump();
    expect(ranges(bytes.subarray(0, 512), 0xff)).toEqual(['200-512']);
    expect(bytes.subarray(200, 512).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(768).every((byte) => byte === 0xff)).toBe(true);
    const bits = [...bytes.subarray(512, 768)].map((byte) => byte.toString(2).replaceAll('0', ''));
    const left = bits.join('').length / 2048;
    expect(left).toBeGreaterThan(0.4);
    expect(left).toBeLessThan(0.6);
  });

  it('never sets a bit', () => {
    const flash = new NorFlash(SECTOR_SIZE);
    flash.write(0, new Uint8Array(64).fill(0x0f));
    flash.hooks.cut = () => 'torn';
    expect(() => flash.write(0, new Uint8Array(64).fill(0x33))).toThrow(PowerLost);
    for (const byte of flash.peek(0, 64)) expect(byte & ~0x0f).toBe(0);
    for (const byte of flash.peek(0, 64)) expect(byte & 0x03).toBe(0x03);
  });
});

describe('an erase that loses its power', () => {
  const erase = (phase: CutPhase) => cut(phase, 0, (flash) => flash.erase(0, SECTOR_SIZE));

  it.each([
    ['before', []],
    ['half', ['0-2048']],
    ['out-of-order', ['2048-4096']],
    ['after', ['0-4096']],
  ] as const)('%s', (phase, done) => {
    expect(ranges(erase(phase).dump(), 0)).toEqual(done);
  });

  it('torn, leaves some bits of each kind in the whole sector, and the next one alone', () => {
    const flash = erase('torn');
    const bytes = flash.dump();
    const kinds = new Set(bytes.subarray(0, SECTOR_SIZE));
    expect(kinds.size).toBeGreaterThan(200);
    expect(bytes.subarray(SECTOR_SIZE).every((byte) => byte === 0)).toBe(true);
    expect(flash.wear[0]).toBe(1);
    flash.erase(0, SECTOR_SIZE);
    expect(ranges(flash.dump(), 0)).toEqual(['0-4096']);
  });

  it('is drawn as the board says, the same in every run', () => {
    const torn = (chance: () => number) => {
      const flash = new NorFlash(SECTOR_SIZE);
      flash.write(0, new Uint8Array(SECTOR_SIZE));
      flash.hooks = { chance, cut: () => 'torn' };
      expect(() => flash.erase(0, SECTOR_SIZE)).toThrow(PowerLost);
      return flash.dump()[0];
    };
    expect([torn(() => 0), torn(() => 0.999)]).toEqual([0, 0xff]);
  });
});
