import { checkUint, concatBytes } from '../bytes.ts';
import { FormatError } from '../errors.ts';

/** Bytes and their place in flash. */
export interface FlashPart {
  /** Bytes from the start of flash. */
  offset: number;
  data: Uint8Array;
  /** What messages call it: a file name, a partition's label. */
  name?: string;
}

export interface MergeOptions {
  /** Flash offset of the output's first byte; default 0, as the output is flashed to 0. */
  base?: number;
  /** Fill with 0xFF up to this flash offset, for a file as long as the flash. */
  padTo?: number;
}

/** No ESP32 flash is larger: the image header can name no more than 128 MB. */
export const LARGEST_FLASH = 128 * 1024 * 1024;

/**
 * The parts in order of their offsets, after a look whether they exclude each other.
 * @throws FormatError `merge-empty`, `out-of-range`, `merge-overlap`, which names both
 */
export function sortParts(parts: readonly FlashPart[]): FlashPart[] {
  if (parts.length === 0) throw new FormatError('merge-empty', 'there are no parts to merge');
  for (const part of parts) checkUint(part.offset, 0xffffffff, `the offset of ${nameOf(part)}`);
  const sorted = [...parts].sort((a, b) => a.offset - b.offset);
  let last: FlashPart | undefined;
  for (const part of sorted) {
    if (part.data.length === 0) continue;
    if (last && endOf(last) > part.offset) throw overlap(last, part);
    last = part;
  }
  return sorted;
}

/** Sorted parts that exclude each other, those that touch made one; without names. */
export function joinTouching(sorted: readonly FlashPart[]): FlashPart[] {
  const groups: { offset: number; end: number; pieces: Uint8Array[] }[] = [];
  for (const part of sorted) {
    if (part.data.length === 0) continue;
    const last = groups.at(-1);
    if (last?.end !== part.offset) {
      groups.push({ offset: part.offset, end: endOf(part), pieces: [part.data] });
    } else {
      last.pieces.push(part.data);
      last.end = endOf(part);
    }
  }
  return groups.map(({ offset, pieces }) => ({ offset, data: concatBytes(pieces) }));
}

/**
 * One file of all parts, 0xFF between them, as `esptool merge-bin` makes it.
 * @throws FormatError `merge-empty`, `out-of-range`, `merge-overlap`, `merge-before-base`,
 *   `merge-too-large`
 */
export function mergeParts(parts: readonly FlashPart[], options: MergeOptions = {}): Uint8Array {
  const { base = 0, padTo = 0 } = options;
  checkUint(base, 0xffffffff, 'the base of the output');
  checkUint(padTo, 0xffffffff, 'the end of the output');
  const sorted = sortParts(parts);
  const first = sorted[0]!;
  if (first.offset < base) {
    throw new FormatError(
      'merge-before-base',
      `${nameOf(first)} begins at ${hexOf(first.offset)}, before the output, which begins at ${hexOf(base)}`,
    );
  }
  const end = Math.max(padTo, ...sorted.map(endOf));
  if (end - base > LARGEST_FLASH) {
    throw new FormatError(
      'merge-too-large',
      `the output would reach from ${hexOf(base)} to ${hexOf(end)}, more than any flash holds`,
      { hint: 'Intel HEX leaves out what is between the parts' },
    );
  }
  const whole = new Uint8Array(Math.max(0, end - base)).fill(0xff);
  for (const { offset, data } of sorted) whole.set(data, offset - base);
  return whole;
}

const endOf = (part: FlashPart): number => part.offset + part.data.length;
const hexOf = (value: number): string => `0x${value.toString(16)}`;
const nameOf = (part: FlashPart): string => part.name ?? `the part at ${hexOf(part.offset)}`;

function overlap(a: FlashPart, b: FlashPart): FormatError {
  const span = (part: FlashPart): string =>
    `${nameOf(part)} (${hexOf(part.offset)} to ${hexOf(endOf(part))})`;
  return new FormatError('merge-overlap', `${span(a)} and ${span(b)} overlap`, {
    offset: b.offset,
    hint: 'give each part a place of its own',
  });
}
