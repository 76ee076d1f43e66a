import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NorFlash, PowerLost, SECTOR_SIZE } from './nor-flash.ts';

const KB64 = 65_536;

describe('NorFlash', () => {
  it('is erased when new, and programming only clears bits', () => {
    const flash = new NorFlash(KB64);
    expect(flash.read(0, 4)).toEqual(Uint8Array.of(255, 255, 255, 255));
    flash.write(4094, Uint8Array.of(0xf0, 0x0f, 0xaa));
    flash.write(4094, Uint8Array.of(0x3c, 0xff, 0x55));
    expect(flash.read(4093, 5)).toEqual(Uint8Array.of(255, 0x30, 0x0f, 0x00, 255));
  });

  it('says by its revision that something changed, and only then', () => {
    const flash = new NorFlash(KB64);
    const changes = (act: () => unknown) => {
      const before = flash.revision;
      act();
      return flash.revision !== before;
    };
    for (const act of [
      () => flash.write(5, Uint8Array.of(1)),
      () => flash.erase(0, SECTOR_SIZE),
      () => flash.disturb(SECTOR_SIZE, 4),
      () => flash.stick(9, 1, 0),
      () => flash.erase(0, SECTOR_SIZE),
      () => flash.replaceContent([]),
    ]) {
      expect(changes(act), String(act)).toBe(true);
    }
    for (const look of [
      () => flash.read(0, 9),
      () => flash.peek(0, 9),
      () => flash.dump(),
      () => flash.snapshot(),
    ]) {
      expect(changes(look), String(look)).toBe(false);
    }
  });

  it('tells of a write that the power cut tore', () => {
    const flash = new NorFlash(KB64);
    flash.hooks.cut = () => 'torn';
    const before = flash.revision;
    expect(() => flash.write(0, new Uint8Array(300))).toThrow(PowerLost);
    expect(flash.revision).toBeGreaterThan(before);
  });

  it('erases whole sectors only, counts wear and operations', () => {
    const flash = new NorFlash(4 * KB64);
    flash.write(0, new Uint8Array(2 * KB64));
    expect(() => flash.erase(1, SECTOR_SIZE)).toThrow(/sector-aligned/);
    flash.erase(0, KB64);
    flash.erase(KB64, 2 * SECTOR_SIZE);
    expect(flash.operations).toBe(4);
    expect(flash.wear[0]).toBe(1);
    expect(flash.wear[17]).toBe(1);
    expect(flash.wear[18]).toBe(0);
    expect(flash.read(KB64 + 2 * SECTOR_SIZE, 1)[0]).toBe(0);
  });

  it('refuses what lies outside, and a region outside itself', () => {
    const flash = new NorFlash(KB64);
    expect(() => flash.read(KB64 - 1, 2)).toThrow(RangeError);
    const region = flash.region(SECTOR_SIZE, SECTOR_SIZE);
    expect(() => region.write(SECTOR_SIZE - 1, new Uint8Array(2))).toThrow(/leaves the region/);
    region.write(0, Uint8Array.of(1));
    expect(flash.read(SECTOR_SIZE, 1)[0]).toBe(1);
  });

  it('keeps a snapshot unchanged by later operations', () => {
    const flash = new NorFlash(KB64);
    flash.write(10, Uint8Array.of(7));
    const copy = new NorFlash(KB64, flash.snapshot());
    flash.write(10, Uint8Array.of(0));
    copy.write(11, Uint8Array.of(3));
    expect(copy.read(10, 2)).toEqual(Uint8Array.of(7, 3));
    expect(flash.read(10, 2)).toEqual(Uint8Array.of(0, 255));
  });

  it.each([
    ['before', 0],
    ['half', 8],
    ['after', 16],
  ] as const)('cuts the power %s an operation, with the bytes done so far', (phase, done) => {
    const flash = new NorFlash(KB64);
    flash.hooks.cut = (operation) => (operation.index === 1 ? phase : undefined);
    flash.write(0, Uint8Array.of(0));
    expect(() => flash.write(100, new Uint8Array(16))).toThrow(PowerLost);
    expect(flash.read(100, 16).filter((b) => b === 0).length).toBe(done);
  });

  it('behaves as a byte array with AND and sector fill', () => {
    const size = 4 * SECTOR_SIZE;
    const operation = fc.oneof(
      fc.record({ at: fc.nat(size - 1), data: fc.uint8Array({ minLength: 1, maxLength: 5000 }) }),
      fc.record({ sector: fc.nat(3) }),
      fc.constant('snapshot' as const),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
        let flash = new NorFlash(size);
        const model = new Uint8Array(size).fill(0xff);
        for (const op of operations) {
          if (op === 'snapshot') flash = new NorFlash(size, flash.snapshot());
          else if ('sector' in op) {
            flash.erase(op.sector * SECTOR_SIZE, SECTOR_SIZE);
            model.fill(0xff, op.sector * SECTOR_SIZE, (op.sector + 1) * SECTOR_SIZE);
          } else {
            const data = op.data.subarray(0, size - op.at);
            flash.write(op.at, data);
            data.forEach((byte, i) => void (model[op.at + i]! &= byte));
          }
        }
        expect(flash.dump()).toEqual(model);
      }),
      { numRuns: 60 },
    );
  });
});
