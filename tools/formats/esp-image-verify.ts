import { chipAccepts, chipName, findChip, realChipId } from './chips.ts';
import { FormatError } from './errors.ts';
import { type EspImage, parseImage } from './esp-image-parse.ts';
import { isMapped } from './memory-map.ts';
import { findSignature, SIGNATURE_SECTOR_SIZE } from './secure-boot/place.ts';

export interface ImageProblem {
  /** Stable, for programs. */
  code: string;
  message: string;
  /** Byte in the image. */
  offset?: number;
}

export interface VerifyImageOptions {
  /** The board's chip; without it, any chip's image passes. */
  chipId?: number;
  /** The board's chip revision, major * 100 + minor. */
  chipRevision?: number;
  /** The board's eFuse block revision, major * 100 + minor; an ESP32 has none. */
  efuseBlockRevision?: number;
  /** Bytes of the partition. */
  maxLength?: number;
  /** Where in flash the image stands, or will stand. Only then can be checked that flash-mapped
   * segments agree with their load addresses modulo the MMU page. */
  flashOffset?: number;
  /** The input is a whole file: after the image only 0xFF padding and one signature sector may
   * follow. Catches a `hash_appended` flag that was lost, which the bootloader does not. */
  wholeFile?: boolean;
  /** A bootloader has no app descriptor, no upper chip revision, and its appended hash is not
   * checked (esptool may patch its header). Default `app`. */
  kind?: 'app' | 'bootloader';
}

export interface ImageVerdict {
  ok: boolean;
  /** All of them, while the bootloader stops at the first. */
  problems: ImageProblem[];
  /** Absent where the structure could not be followed. */
  image?: EspImage;
}

/** Judges an image by the bootloader's rules (ESP_FORMATS §4,
 * bootloader_support/src/esp_image_format.c). Never throws for bad bytes. */
export function verifyImage(bytes: Uint8Array, options: VerifyImageOptions = {}): ImageVerdict {
  let image: EspImage;
  try {
    image = parseImage(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, offset } = error;
    return { ok: false, problems: [{ code, message, offset }] };
  }
  const problems = [
    ...chipProblems(image, options),
    ...segmentProblems(image, options),
    ...descriptorProblems(image, options),
    ...lengthProblems(image, bytes, options),
    ...integrityProblems(image, options),
  ];
  return { ok: problems.length === 0, problems, image };
}

const isSet = (revision: number): boolean => revision !== 0 && revision !== 0xffff;
const revisionText = (revision: number): string =>
  `v${Math.floor(revision / 100)}.${revision % 100}`;

function* chipProblems(image: EspImage, options: VerifyImageOptions): Generator<ImageProblem> {
  const { chipId, chipRevision, kind } = options;
  if (chipId !== undefined && !chipAccepts(chipId, image.chipId)) {
    const message = `the image is for ${chipName(image.chipId)}, the board is ${chipName(chipId)}`;
    yield { code: 'chip-id', message, offset: 12 };
  }
  if (chipRevision === undefined) return;
  const found = `; the chip is ${revisionText(chipRevision)}`;
  if (chipRevision < image.minChipRevFull) {
    const message = `the image needs chip revision ${revisionText(image.minChipRevFull)} or later${found}`;
    yield { code: 'chip-revision-min', message, offset: 15 };
  }
  if (kind !== 'bootloader' && isSet(image.maxChipRevFull) && chipRevision > image.maxChipRevFull) {
    const message = `the image runs up to chip revision ${revisionText(image.maxChipRevFull)}${found}`;
    yield { code: 'chip-revision-max', message, offset: 17 };
  }
}

function* segmentProblems(image: EspImage, options: VerifyImageOptions): Generator<ImageProblem> {
  const app = options.kind !== 'bootloader';
  const most = findChip(image.chipId)?.cache32Bit ? 0xffffffff : 0x1000000;
  const page = mmuPageSize(image);
  if (app && image.segments.length === 0) {
    yield { code: 'segment-count', message: 'the image has no segments', offset: 1 };
  }
  for (const [i, segment] of image.segments.entries()) {
    const { data, loadAddress, fileOffset } = segment;
    if (data.length % 4 !== 0 || data.length >= most) {
      const message = `segment ${i} has ${data.length} bytes: no multiple of 4 below ${most}`;
      yield { code: 'segment-length', message, offset: fileOffset - 4 };
    }
    if (options.flashOffset === undefined || !isMapped(image.chipId, segment.kind)) continue;
    if ((options.flashOffset + fileOffset) % page !== loadAddress % page) {
      const message = `segment ${i} is mapped at 0x${loadAddress.toString(16)}, which its place in flash does not match modulo ${page}`;
      yield { code: 'segment-mapping', message, offset: fileOffset - 8 };
    }
  }
}

/** Bytes of an MMU page: chips that can configure it read it from the app descriptor. */
function mmuPageSize(image: EspImage): number {
  const log2 = image.appDesc?.mmuPageSize ?? 0;
  const own = findChip(image.chipId)?.mmuPageSizeConfigurable && log2 >= 13 && log2 <= 16;
  return own ? 2 ** log2 : 0x10000;
}

function* descriptorProblems(
  image: EspImage,
  options: VerifyImageOptions,
): Generator<ImageProblem> {
  const first = image.segments[0];
  if (options.kind === 'bootloader' || first === undefined) return;
  if (first.data.length < 256) {
    const message = `segment 0 has ${first.data.length} bytes, too few for an app descriptor (256)`;
    yield { code: 'segment0-short', message, offset: first.fileOffset };
  } else if (!image.appDesc && findChip(image.chipId)?.mmuPageSizeConfigurable) {
    const message = `segment 0 does not begin with an app descriptor, which ${chipName(image.chipId)} insists on`;
    yield { code: 'app-desc-missing', message, offset: first.fileOffset };
  }
  const revision = options.efuseBlockRevision;
  if (!image.appDesc || revision === undefined || realChipId(image.chipId) === 0) return;
  const { minEfuseBlkRevFull: min, maxEfuseBlkRevFull: max } = image.appDesc;
  if ((isSet(min) && revision < min) || (isSet(max) && revision > max)) {
    const message = `the image takes eFuse block revisions ${revisionText(min)} to ${revisionText(max)}; the chip has ${revisionText(revision)}`;
    yield { code: 'efuse-block-revision', message, offset: first.fileOffset + 176 };
  }
}

function* lengthProblems(
  image: EspImage,
  bytes: Uint8Array,
  { maxLength, wholeFile }: VerifyImageOptions,
): Generator<ImageProblem> {
  if (maxLength !== undefined && image.length > maxLength) {
    const message = `the image has ${image.length} bytes; the partition holds ${maxLength}`;
    yield { code: 'does-not-fit', message };
  }
  if (maxLength !== undefined && maxLength > 0x1000000 && !findChip(image.chipId)?.cache32Bit) {
    const message = `a partition of ${maxLength} bytes is larger than 16 MB, which ${chipName(image.chipId)} cannot map`;
    yield { code: 'partition-too-large', message };
  }
  if (wholeFile && !isExpectedTail(bytes, image.length)) {
    const message = `${bytes.length - image.length} unexpected bytes follow the end of the image`;
    yield { code: 'trailing-bytes', message, offset: image.length };
  }
}

/** 0xFF to the end, or to a signature that ends the file. */
function isExpectedTail(bytes: Uint8Array, end: number): boolean {
  const signature = findSignature(bytes, end);
  if (signature?.version === 1) return true;
  const signed =
    signature !== undefined && signature.offset + SIGNATURE_SECTOR_SIZE === bytes.length;
  // Padding before a signature is 0xFF from espsecure, zero from older versions of it.
  const tail = bytes.subarray(end, signed ? signature.offset : bytes.length);
  return tail.every((byte) => byte === 0xff) || (signed && tail.every((byte) => byte === 0));
}

function* integrityProblems(image: EspImage, options: VerifyImageOptions): Generator<ImageProblem> {
  const { checksum, hash } = image;
  if (!checksum.ok) {
    const message = `the checksum is 0x${checksum.stored.toString(16)}, but the segments give 0x${checksum.computed.toString(16)}`;
    yield { code: 'checksum', message, offset: checksum.offset };
  }
  if (!hash.ok && options.kind !== 'bootloader') {
    const message = 'the appended SHA-256 does not match the image';
    yield { code: 'hash', message, offset: hash.offset };
  }
}
