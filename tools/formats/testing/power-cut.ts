import type { FlashRegion, MemoryFlash } from '../flash-region.ts';

/** Thrown where the power goes. Deliberately no FormatError: no code handles it. */
export class PowerCut extends Error {}

/** How far an operation got when power went. */
export interface Tear {
  /** 0 = not begun, 1 = done, between = torn. */
  progress: number;
  /** Of the byte at the tear of a write, the bits that still change. */
  bits: number;
}

export interface Cut extends Tear {
  /** The flash operation, from 0, in the middle of which power goes. */
  at: number;
}

export type FlashOperation =
  | { do: 'write'; offset: number; data: Uint8Array }
  | { do: 'erase'; offset: number; length: number };

/** Carries an operation out as far as the tear says: a torn write leaves a prefix programmed, and some
 * bits of the byte behind it; a torn erase leaves a prefix erased. */
export function applyTorn(flash: MemoryFlash, op: FlashOperation, { progress, bits }: Tear): void {
  if (op.do === 'erase') {
    flash.bytes.fill(0xff, op.offset, op.offset + Math.floor(op.length * progress));
    return;
  }
  const whole = Math.floor(op.data.length * progress);
  flash.write(op.offset, op.data.subarray(0, whole));
  if (whole < op.data.length && progress > 0) {
    flash.write(op.offset + whole, Uint8Array.of(op.data[whole]! | ~bits));
  }
}

/** Flash that loses power once. */
export function cutFlash(
  flash: MemoryFlash,
  cut: Cut,
): FlashRegion & { readonly operations: number } {
  let operations = 0;
  const carryOut = (op: FlashOperation): void => {
    if (operations++ !== cut.at) {
      if (op.do === 'write') flash.write(op.offset, op.data);
      else flash.erase(op.offset, op.length);
      return;
    }
    applyTorn(flash, op, cut);
    throw new PowerCut();
  };
  return {
    get operations() {
      return operations;
    },
    size: flash.size,
    read: (offset, length) => flash.read(offset, length),
    write: (offset, data) => carryOut({ do: 'write', offset, data }),
    erase: (offset, length) => carryOut({ do: 'erase', offset, length }),
  };
}

/** Flash that writes down what is done to it. */
export function journaledFlash(
  flash: MemoryFlash,
): FlashRegion & { readonly journal: FlashOperation[] } {
  const journal: FlashOperation[] = [];
  return {
    journal,
    size: flash.size,
    read: (offset, length) => flash.read(offset, length),
    write(offset, data) {
      journal.push({ do: 'write', offset, data: data.slice() });
      flash.write(offset, data);
    },
    erase(offset, length) {
      journal.push({ do: 'erase', offset, length });
      flash.erase(offset, length);
    },
  };
}
