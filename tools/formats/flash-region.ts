import { FormatError } from './errors.ts';

/** Erase unit of every NOR flash an ESP32 boots from, in bytes. */
export const FLASH_SECTOR_SIZE = 0x1000;

/**
 * A span of NOR flash: a partition, or a whole chip. Offsets and lengths in bytes from its start.
 * Programming only clears bits; only erasing sets them, a whole sector at a time.
 */
export interface FlashRegion {
  readonly size: number;
  /** A copy of the bytes: later writes do not show through it. */
  read(offset: number, length: number): Uint8Array;
  /** Programs: each byte becomes `old & new`. */
  write(offset: number, data: Uint8Array): void;
  /** Fills with 0xFF. Offset and length are multiples of 4096. */
  erase(offset: number, length: number): void;
}

export interface MemoryFlashOptions {
  /** Refuse a write that would set a cleared bit instead of silently keeping it cleared, to find
   * code that forgot to erase. */
  strict?: boolean;
}

export interface MemoryFlash extends FlashRegion {
  /** The live contents, not a copy. */
  readonly bytes: Uint8Array;
}

/**
 * NOR flash in memory. A number gives an erased flash of that many bytes; bytes are copied and
 * become its contents.
 * @throws FormatError `flash-size`, `flash-out-of-range`, `flash-unaligned-erase`, `flash-not-erased`
 */
export function memoryFlash(
  sizeOrBytes: number | Uint8Array,
  options: MemoryFlashOptions = {},
): MemoryFlash {
  const bytes =
    typeof sizeOrBytes === 'number'
      ? new Uint8Array(sizeOrBytes).fill(0xff)
      : Uint8Array.from(sizeOrBytes);
  if (bytes.length % FLASH_SECTOR_SIZE !== 0) {
    throw new FormatError(
      'flash-size',
      `a flash of ${bytes.length} bytes is not a whole number of 4096-byte sectors`,
      { offset: bytes.length },
    );
  }
  const check = (offset: number, length: number): void => checkSpan(bytes.length, offset, length);
  return {
    bytes,
    size: bytes.length,
    read(offset, length) {
      check(offset, length);
      return bytes.slice(offset, offset + length);
    },
    write(offset, data) {
      check(offset, data.length);
      for (let i = 0; i < data.length; i++) {
        const old = bytes[offset + i]!;
        const wanted = data[i]!;
        if (options.strict && (old & wanted) !== wanted) throw notErased(offset + i, old, wanted);
        bytes[offset + i] = old & wanted;
      }
    },
    erase(offset, length) {
      check(offset, length);
      if (offset % FLASH_SECTOR_SIZE !== 0 || length % FLASH_SECTOR_SIZE !== 0) {
        throw new FormatError(
          'flash-unaligned-erase',
          `cannot erase ${length} bytes at 0x${offset.toString(16)}: flash is erased in whole 4096-byte sectors`,
          { offset },
        );
      }
      bytes.fill(0xff, offset, offset + length);
    },
  };
}

function checkSpan(size: number, offset: number, length: number): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > size) {
    throw new FormatError(
      'flash-out-of-range',
      `${length} bytes at offset ${offset} lie outside a flash region of ${size} bytes`,
      { offset },
    );
  }
}

function notErased(offset: number, old: number, wanted: number): FormatError {
  return new FormatError(
    'flash-not-erased',
    `byte 0x${offset.toString(16)} is 0x${old.toString(16)} and cannot become 0x${wanted.toString(16)}`,
    { offset, hint: 'programming only clears bits: erase the sector first' },
  );
}
