import { checkUint, viewOf } from './bytes.ts';
import { FormatError } from './errors.ts';
import {
  type EspImageHeader,
  IMAGE_HEADER_SIZE,
  IMAGE_MAGIC,
  IMAGE_MAX_SEGMENTS,
  type SpiMode,
  writeImageHeader,
} from './esp-image-header.ts';
import { checksumOffset, xorInto } from './esp-image-parse.ts';
import { fastestSpiSpeedCode, spiModeCode, spiSizeCode, spiSpeedCode } from './flash-params.ts';
import { isMapped, segmentKind } from './memory-map.ts';
import { sha256 } from './sha256.ts';

export interface BuildImageOptions {
  /** With SIMULATOR_CHIP_FLAG for the simulator. */
  chipId: number;
  /** In file order; data lengths are multiples of 4. Segment 0 of an app begins with the app
   * descriptor. */
  segments: readonly { loadAddress: number; data: Uint8Array }[];
  entryAddress: number;
  /** Legacy field. */
  minChipRev?: number;
  minChipRevFull?: number;
  /** 0xFFFF = no upper limit. */
  maxChipRevFull?: number;
  /** Default DIO. */
  spiMode?: SpiMode;
  /** 1, 2, 4 … 128; default 4. */
  flashSizeMB?: number;
  /** Default: the fastest the chip's header can name. */
  flashFreqMHz?: number;
  wpPin?: number;
  spiPinDrv?: [number, number, number];
  reserved?: Uint8Array;
  /** Append a SHA-256; default true. */
  hashAppended?: boolean;
  /** Insert padding segments so that flash-mapped segments stand where the MMU can map them, in a
   * partition aligned to 64 KB; default true. */
  alignMapped?: boolean;
}

const MMU_PAGE = 0x10000;

/**
 * Builds an image: header, segments, zero padding, checksum and SHA-256 (ESP_FORMATS §3, §4).
 * @throws FormatError `out-of-range`, `segment-length`, `segment-count`, `segment-mapping`,
 *   `flash-mode`, `flash-size`, `flash-frequency`, `image-field`
 */
export function buildImage(options: BuildImageOptions): Uint8Array {
  const segments = layOut(options);
  return rebuildImage({ ...headerOf(options, segments.length), segments });
}

/**
 * The bytes of a parsed image, its header as it is, checksum and SHA-256 computed: of a sound image
 * whose padding is zero, the very bytes it was parsed from.
 * @throws FormatError `segment-length`, `segment-count`, `image-field`, `out-of-range`
 */
export function rebuildImage(
  image: EspImageHeader & { segments: readonly { loadAddress: number; data: Uint8Array }[] },
): Uint8Array {
  const { segments, hashAppended } = image;
  if (segments.length > IMAGE_MAX_SEGMENTS) {
    throw new FormatError(
      'segment-count',
      `${segments.length} segments with padding; an image holds at most ${IMAGE_MAX_SEGMENTS}`,
      { hint: 'join segments of the same memory' },
    );
  }
  const end = segments.reduce((at, { data }) => at + 8 + data.length, IMAGE_HEADER_SIZE);
  const hashed = checksumOffset(end) + 1;
  const bytes = new Uint8Array(hashed + (hashAppended === 0 ? 0 : 32));
  writeImageHeader(bytes, { ...checkedHeader(image), segmentCount: segments.length });
  const view = viewOf(bytes);
  let at = IMAGE_HEADER_SIZE;
  let checksum = 0xef;
  for (const [i, { loadAddress, data }] of segments.entries()) {
    checkSegment(i, loadAddress, data);
    view.setUint32(at, loadAddress, true);
    view.setUint32(at + 4, data.length, true);
    bytes.set(data, at + 8);
    checksum = xorInto(checksum, data);
    at += 8 + data.length;
  }
  bytes[hashed - 1] = checksum;
  if (hashAppended !== 0) bytes.set(sha256(bytes.subarray(0, hashed)), hashed);
  return bytes;
}

function checkSegment(index: number, loadAddress: number, data: Uint8Array): void {
  checkUint(loadAddress, 0xffffffff, `load address of segment ${index}`);
  if (data.length % 4 === 0) return;
  throw new FormatError(
    'segment-length',
    `segment ${index} has ${data.length} bytes, no multiple of 4`,
    { hint: 'pad its data' },
  );
}

/** The given segments with the padding segments (load address 0) that mapping asks for. */
function layOut(options: BuildImageOptions): { loadAddress: number; data: Uint8Array }[] {
  const { chipId, alignMapped = true } = options;
  const result: { loadAddress: number; data: Uint8Array }[] = [];
  let at = IMAGE_HEADER_SIZE;
  const push = (loadAddress: number, data: Uint8Array): void => {
    result.push({ loadAddress, data });
    at += 8 + data.length;
  };
  for (const [i, { loadAddress, data }] of options.segments.entries()) {
    checkSegment(i, loadAddress, data);
    if (alignMapped && isMapped(chipId, segmentKind(chipId, loadAddress))) {
      if (loadAddress % 4 !== 0) {
        throw new FormatError(
          'segment-mapping',
          `segment ${i} cannot be mapped at 0x${loadAddress.toString(16)}, no multiple of 4`,
        );
      }
      const gap = (((loadAddress - at - 8) % MMU_PAGE) + MMU_PAGE) % MMU_PAGE;
      // The padding segment's own header takes 8 bytes of the gap.
      if (gap > 0) push(0, new Uint8Array(gap >= 8 ? gap - 8 : gap - 8 + MMU_PAGE));
    }
    push(loadAddress, data);
  }
  return result;
}

function headerOf(options: BuildImageOptions, segmentCount: number): EspImageHeader {
  const { chipId, flashFreqMHz } = options;
  return {
    magic: IMAGE_MAGIC,
    segmentCount,
    spiMode: spiModeCode(options.spiMode ?? 'DIO'),
    spiSpeed:
      flashFreqMHz === undefined ? fastestSpiSpeedCode(chipId) : spiSpeedCode(chipId, flashFreqMHz),
    spiSize: spiSizeCode(options.flashSizeMB ?? 4),
    entryAddr: options.entryAddress,
    wpPin: options.wpPin ?? 0xee,
    spiPinDrv: options.spiPinDrv ?? [0, 0, 0],
    chipId,
    minChipRev: options.minChipRev ?? 0,
    minChipRevFull: options.minChipRevFull ?? 0,
    maxChipRevFull: options.maxChipRevFull ?? 0xffff,
    reserved: options.reserved ?? new Uint8Array(4),
    hashAppended: (options.hashAppended ?? true) ? 1 : 0,
  };
}

function checkedHeader(header: EspImageHeader): EspImageHeader {
  const { reserved, spiPinDrv } = header;
  if (reserved.length !== 4) {
    throw new FormatError('image-field', `reserved has ${reserved.length} bytes, not 4`);
  }
  for (const drive of spiPinDrv) checkUint(drive, 0xff, 'spiPinDrv');
  for (const [field, max] of FIELD_LIMITS) checkUint(header[field], max, field);
  return header;
}

const FIELD_LIMITS = [
  ['magic', 0xff],
  ['spiMode', 0xff],
  ['spiSpeed', 0xf],
  ['spiSize', 0xf],
  ['entryAddr', 0xffffffff],
  ['wpPin', 0xff],
  ['chipId', 0xffff],
  ['minChipRev', 0xff],
  ['minChipRevFull', 0xffff],
  ['maxChipRevFull', 0xffff],
  ['hashAppended', 0xff],
] as const satisfies readonly (readonly [keyof EspImageHeader, number])[];
