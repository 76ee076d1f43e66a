import { checkUint, viewOf } from './bytes.ts';
import { FormatError } from './errors.ts';
import {
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
 *   `flash-size`, `flash-frequency`, `image-field`
 */
export function buildImage(options: BuildImageOptions): Uint8Array {
  const segments = layOut(options);
  if (segments.length > IMAGE_MAX_SEGMENTS) {
    throw new FormatError(
      'segment-count',
      `${segments.length} segments with padding; an image holds at most ${IMAGE_MAX_SEGMENTS}`,
      { hint: 'join segments of the same memory' },
    );
  }
  const end = segments.reduce((at, { data }) => at + 8 + data.length, IMAGE_HEADER_SIZE);
  const hashed = checksumOffset(end) + 1;
  const appended = options.hashAppended ?? true;
  const image = new Uint8Array(hashed + (appended ? 32 : 0));
  writeHeader(image, options, segments.length);
  const view = viewOf(image);
  let at = IMAGE_HEADER_SIZE;
  let checksum = 0xef;
  for (const { loadAddress, data } of segments) {
    view.setUint32(at, loadAddress, true);
    view.setUint32(at + 4, data.length, true);
    image.set(data, at + 8);
    checksum = xorInto(checksum, data);
    at += 8 + data.length;
  }
  image[hashed - 1] = checksum;
  if (appended) image.set(sha256(image.subarray(0, hashed)), hashed);
  return image;
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
    checkUint(loadAddress, 0xffffffff, `load address of segment ${i}`);
    if (data.length % 4 !== 0) {
      throw new FormatError(
        'segment-length',
        `segment ${i} has ${data.length} bytes, no multiple of 4`,
        { hint: 'pad its data' },
      );
    }
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

function writeHeader(image: Uint8Array, options: BuildImageOptions, segmentCount: number): void {
  const reserved = options.reserved ?? new Uint8Array(4);
  if (reserved.length !== 4) {
    throw new FormatError('image-field', `reserved has ${reserved.length} bytes, not 4`);
  }
  const spiPinDrv = options.spiPinDrv ?? [0, 0, 0];
  for (const drive of spiPinDrv) checkUint(drive, 0xff, 'spiPinDrv');
  writeImageHeader(image, {
    magic: IMAGE_MAGIC,
    segmentCount,
    spiMode: spiModeCode(options.spiMode ?? 'DIO'),
    spiSpeed:
      options.flashFreqMHz === undefined
        ? fastestSpiSpeedCode(options.chipId)
        : spiSpeedCode(options.chipId, options.flashFreqMHz),
    spiSize: spiSizeCode(options.flashSizeMB ?? 4),
    entryAddr: checkUint(options.entryAddress, 0xffffffff, 'entryAddress'),
    wpPin: checkUint(options.wpPin ?? 0xee, 0xff, 'wpPin'),
    spiPinDrv,
    chipId: checkUint(options.chipId, 0xffff, 'chipId'),
    minChipRev: checkUint(options.minChipRev ?? 0, 0xff, 'minChipRev'),
    minChipRevFull: checkUint(options.minChipRevFull ?? 0, 0xffff, 'minChipRevFull'),
    maxChipRevFull: checkUint(options.maxChipRevFull ?? 0xffff, 0xffff, 'maxChipRevFull'),
    reserved,
    hashAppended: (options.hashAppended ?? true) ? 1 : 0,
  });
}
