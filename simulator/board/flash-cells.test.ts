import { describe, expect, it } from 'vitest';
import { NorFlash, SECTOR_SIZE } from './nor-flash.ts';

const lowBits = (bytes: Uint8Array) =>
  bytes.reduce((sum, byte) => sum + (8 - byte.toString(2).replaceAll('0', '').length), 0);

describe('flash cells', () => {
  it('that are stuck keep their level through erasing and programming', () => {
    const flash = new NorFlash(2 * SECTOR_SIZE);
    flash.stick(5, 0b100, 0);
    flash.stick(6, 0b1, 1);
    expect([...flash.peek(5, 2)]).toEqual([0b1111_1011, 0xff]);
    flash.write(5, Uint8Array.of(0, 0));
    expect([...flash.peek(5, 2)]).toEqual([0, 1]);
    flash.erase(0, SECTOR_SIZE);
    expect([...flash.peek(5, 2)]).toEqual([0b1111_1011, 0xff]);
    expect(lowBits(flash.dump())).toBe(1);
  });

  it('of a sector that no longer erases keep what they have', () => {
    const flash = new NorFlash(2 * SECTOR_SIZE);
    flash.write(0, Uint8Array.of(0xf0));
    flash.write(SECTOR_SIZE, Uint8Array.of(0xf0));
    flash.cells.stickSector(0);
    flash.erase(0, 2 * SECTOR_SIZE);
    expect([flash.peek(0, 1)[0], flash.peek(SECTOR_SIZE, 1)[0]]).toEqual([0xf0, 0xff]);
    flash.write(0, Uint8Array.of(0x3c));
    expect(flash.peek(0, 1)[0]).toBe(0x30);
  });

  it('wear out: each erase beyond what they bear leaves one more bit behind', () => {
    const flash = new NorFlash(2 * SECTOR_SIZE);
    flash.cells.endure(0, 3);
    const left: number[] = [];
    for (let i = 0; i < 6; i++) {
      flash.erase(0, 2 * SECTOR_SIZE);
      left.push(lowBits(flash.dump()));
    }
    expect(left).toEqual([0, 0, 0, 1, 2, 3]);
    expect(lowBits(flash.peek(SECTOR_SIZE, SECTOR_SIZE))).toBe(0);
  });

  it('lose bits or get them back, which is no operation of the chip', () => {
    const flash = new NorFlash(SECTOR_SIZE);
    const before = flash.snapshot();
    flash.disturb(7, 0b1000_0001);
    expect([flash.peek(7, 1)[0], flash.operations]).toEqual([0b0111_1110, 0]);
    flash.disturb(7, 1);
    expect(flash.peek(7, 1)[0]).toBe(0b0111_1111);
    expect(before[0]).toBeUndefined();
  });

  it('of another chip in its place are sound', () => {
    const flash = new NorFlash(SECTOR_SIZE);
    flash.stick(0, 1, 0);
    flash.replaceContent([]);
    flash.erase(0, SECTOR_SIZE);
    expect(flash.peek(0, 1)[0]).toBe(0xff);
  });
});
