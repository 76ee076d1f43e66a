import type { FlashRegion, MemoryFlash } from '../flash-region.ts';

/** Thrown where the power goes. Deliberately no FormatError: no code handles it. */
export class PowerCut extends Error {}

export interface Cut {
  /** The flash operation, from 0, in the middle of which power goes. */
  at: number;
  /** How far that operation gets: 0 = not begun, 1 = done, between = torn. */
  progress: number;
  /** Of the byte at the tear, the bits that still change. */
  bits: number;
}

/**
 * Flash that loses power once. A torn write leaves a prefix programmed, and some bits of the byte
 * behind it; a torn erase leaves a prefix erased.
 */
export function cutFlash(
  flash: MemoryFlash,
  cut: Cut,
): FlashRegion & { readonly operations: number } {
  let operations = 0;
  const arrives = (): boolean => operations++ === cut.at;
  return {
    get operations() {
      return operations;
    },
    size: flash.size,
    read: (offset, length) => flash.read(offset, length),
    write(offset, data) {
      if (!arrives()) return flash.write(offset, data);
      const whole = Math.floor(data.length * cut.progress);
      flash.write(offset, data.subarray(0, whole));
      if (whole < data.length && cut.progress > 0) {
        flash.write(offset + whole, Uint8Array.of(data[whole]! | ~cut.bits));
      }
      throw new PowerCut();
    },
    erase(offset, length) {
      if (!arrives()) return flash.erase(offset, length);
      flash.bytes.fill(0xff, offset, offset + Math.floor(length * cut.progress));
      throw new PowerCut();
    },
  };
}
