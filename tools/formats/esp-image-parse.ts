import { APP_DESC_MAGIC, APP_DESC_SIZE, type AppDesc, parseAppDesc } from './app-desc.ts';
import {
  BOOTLOADER_DESC_MAGIC,
  BOOTLOADER_DESC_SIZE,
  type BootloaderDesc,
  parseBootloaderDesc,
} from './bootloader-desc.ts';
import { copyBytes, equalBytes, isFilled, viewOf } from './bytes.ts';
import { FormatError } from './errors.ts';
import {
  type EspImageHeader,
  IMAGE_HEADER_SIZE,
  IMAGE_MAX_SEGMENTS,
  parseImageHeader,
} from './esp-image-header.ts';
import { type SegmentKind, segmentKind } from './memory-map.ts';
import { sha256 } from './sha256.ts';

export interface EspImageSegment {
  loadAddress: number;
  /** A view of the input, not a copy. */
  data: Uint8Array;
  /** Where `data` stands in the file; its 8-byte segment header stands before it. */
  fileOffset: number;
  kind: SegmentKind;
}

/** An app or bootloader image (ESP_FORMATS §3, §4). */
export interface EspImage extends EspImageHeader {
  segments: EspImageSegment[];
  /** Where segment 0 begins with an app descriptor. */
  appDesc?: AppDesc;
  /** Where segment 0 begins with a bootloader descriptor. */
  bootloaderDesc?: BootloaderDesc;
  /** 0xEF XOR every byte of every segment's data. */
  checksum: { offset: number; stored: number; computed: number; ok: boolean };
  /** The appended SHA-256 over all bytes before it. `ok` is true where none is appended: nothing
   * contradicts the image then, and nothing vouches for it. */
  hash: {
    appended: boolean;
    offset?: number;
    stored?: Uint8Array;
    computed?: Uint8Array;
    ok: boolean;
  };
  /** Bytes the image takes, checksum and hash included; what follows in a file or partition is not
   * part of it. */
  length: number;
}

/**
 * Reads an image and computes its checksum and hash without judging them: see verifyImage for that.
 * @throws FormatError where the structure cannot be followed: `image-empty`, `image-magic`,
 *   `image-esp8266`, `image-segment-count`, `image-truncated`
 */
export function parseImage(bytes: Uint8Array): EspImage {
  const header = parseImageHeader(bytes);
  const { segments, end } = readSegments(bytes, header);
  const checksum = readChecksum(bytes, segments, end);
  const hash = readHash(bytes, header.hashAppended !== 0, checksum.offset + 1);
  return {
    ...header,
    segments,
    ...readDescriptors(segments[0]?.data),
    checksum,
    hash,
    length: checksum.offset + 1 + (hash.appended ? 32 : 0),
  };
}

/**
 * Bytes an image takes by its own lengths, checksum and hash included, without computing either.
 * @throws FormatError as parseImage
 */
export function imageLength(bytes: Uint8Array): number {
  const header = parseImageHeader(bytes);
  const end = checksumOffset(readSegments(bytes, header).end) + 1;
  const length = end + (header.hashAppended !== 0 ? 32 : 0);
  if (length > bytes.length) throw truncated('the image', length, bytes.length);
  return length;
}

function readSegments(
  bytes: Uint8Array,
  header: EspImageHeader,
): { segments: EspImageSegment[]; end: number } {
  if (header.segmentCount > IMAGE_MAX_SEGMENTS) {
    throw new FormatError(
      'image-segment-count',
      `the header announces ${header.segmentCount} segments; at most ${IMAGE_MAX_SEGMENTS} are allowed`,
      { offset: 1 },
    );
  }
  const view = viewOf(bytes);
  const segments: EspImageSegment[] = [];
  let at = IMAGE_HEADER_SIZE;
  for (let i = 0; i < header.segmentCount; i++) {
    if (at + 8 > bytes.length) throw truncated(`the header of segment ${i}`, at + 8, bytes.length);
    const loadAddress = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    const fileOffset = at + 8;
    at = fileOffset + length;
    if (at > bytes.length) throw truncated(`segment ${i} (${length} bytes)`, at, bytes.length);
    const data = bytes.subarray(fileOffset, at);
    segments.push({ loadAddress, data, fileOffset, kind: segmentKind(header.chipId, loadAddress) });
  }
  return { segments, end: at };
}

function truncated(what: string, needed: number, length: number): FormatError {
  return new FormatError(
    'image-truncated',
    `${what} would end at byte ${needed}, but the image has only ${length} bytes`,
    { offset: length, hint: 'the file is cut short, or a length in it is damaged' },
  );
}

function readChecksum(
  bytes: Uint8Array,
  segments: EspImageSegment[],
  end: number,
): EspImage['checksum'] {
  const offset = checksumOffset(end);
  if (offset >= bytes.length) throw truncated('the checksum', offset + 1, bytes.length);
  const stored = bytes[offset]!;
  const computed = segments.reduce((sum, segment) => xorInto(sum, segment.data), 0xef);
  return { offset, stored, computed, ok: stored === computed };
}

/** The checksum is the last byte of a multiple of 16, with at least one byte added. */
export function checksumOffset(endOfSegments: number): number {
  return Math.ceil((endOfSegments + 1) / 16) * 16 - 1;
}

export function xorInto(sum: number, data: Uint8Array): number {
  let result = sum;
  for (let i = 0; i < data.length; i++) result ^= data[i]!;
  return result;
}

function readHash(bytes: Uint8Array, appended: boolean, offset: number): EspImage['hash'] {
  if (!appended) return { appended, ok: true };
  if (offset + 32 > bytes.length) throw truncated('the SHA-256', offset + 32, bytes.length);
  const stored = copyBytes(bytes, offset, offset + 32);
  const computed = sha256(bytes.subarray(0, offset));
  return { appended, offset, stored, computed, ok: equalBytes(stored, computed) };
}

function readDescriptors(data: Uint8Array | undefined): {
  appDesc?: AppDesc;
  bootloaderDesc?: BootloaderDesc;
} {
  if (data === undefined) return {};
  if (data.length >= APP_DESC_SIZE && viewOf(data).getUint32(0, true) === APP_DESC_MAGIC) {
    return { appDesc: parseAppDesc(data) };
  }
  // A single magic byte is weak evidence: the reserved bytes must be zero as well.
  const bootloader =
    data.length >= BOOTLOADER_DESC_SIZE &&
    data[0] === BOOTLOADER_DESC_MAGIC &&
    isFilled(data.subarray(1, 3), 0) &&
    isFilled(data.subarray(64, BOOTLOADER_DESC_SIZE), 0);
  return bootloader ? { bootloaderDesc: parseBootloaderDesc(data) } : {};
}
