import { hex } from '../../formats/bytes.ts';
import { chipName, findChip, isSimulatorChip } from '../../formats/chips.ts';
import { FormatError } from '../../formats/errors.ts';
import {
  type EspImage,
  type EspImageHeader,
  parseImage,
  parseImageHeader,
  SPI_MODES,
} from '../../formats/esp-image.ts';
import { findImageTag, identifyImage } from '../../formats/image-tag.ts';
import { type SignatureCheck, verifySignatures } from '../../formats/secure-boot/index.ts';
import { type CodedProblem, problemOf } from '../support/problems.ts';
import { hexText } from '../support/text.ts';

/** What `ota image info` tells of an image; the shape of its `--json`. Byte strings are hexadecimal,
 * revisions are major * 100 + minor. */
export interface ImageReport {
  file: string;
  fileSize: number;
  /** The structure can be followed, and checksum and hash hold. */
  valid: boolean;
  problems: CodedProblem[];
  header?: Omit<EspImageHeader, 'reserved'> & {
    reserved: string;
    chip: string;
    simulator: boolean;
    spiModeName: string;
    flashSizeMB: number;
    /** All that the chip's header value may stand for. */
    flashFrequencyMHz: number[];
  };
  segments?: { loadAddress: number; length: number; fileOffset: number; kind: string }[];
  appDesc?: Omit<NonNullable<EspImage['appDesc']>, 'appElfSha256' | 'reserved'> & {
    appElfSha256: string;
    reserved: string;
  };
  bootloaderDesc?: EspImage['bootloaderDesc'];
  checksum?: EspImage['checksum'];
  hash?: { appended: boolean; offset?: number; stored?: string; computed?: string; ok: boolean };
  /** Bytes of the image itself. */
  length?: number;
  /** Bytes of the file behind the image: padding, a signature. */
  trailing?: number;
  /** The MESHSWARM_IMAGE tag. */
  tag?: { role: string; version: string; offset: number };
  identity?: ReturnType<typeof identifyImage>;
  /** What follows the image, where it is signed. */
  signature?: { version: 1 | 2; offset: number; blocks: SignatureReport[] };
}

export interface SignatureReport {
  index: number;
  offset: number;
  scheme?: string;
  keyDigest?: string;
  imageDigest?: string;
  trusted?: boolean;
  ok: boolean;
  problems: CodedProblem[];
}

/** Never throws for bad bytes: what cannot be read is missing, and `problems` says why. */
export function describeImage(file: string, bytes: Uint8Array): ImageReport {
  const report: ImageReport = { file, fileSize: bytes.length, valid: false, problems: [] };
  try {
    report.header = describeHeader(parseImageHeader(bytes));
    const image = parseImage(bytes);
    Object.assign(report, describeBody(image, bytes));
    report.problems.push(...damages(image));
    report.valid = report.problems.length === 0;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    report.problems.push(problemOf(error));
  }
  return report;
}

/** As describeImage, with the signatures behind the image, each checked against the key in its block. */
export async function describeSignedImage(file: string, bytes: Uint8Array): Promise<ImageReport> {
  const report = describeImage(file, bytes);
  if (report.length === undefined) return report;
  const { place, signatures } = await verifySignatures(bytes);
  if (!place) return report;
  report.signature = { ...place, blocks: signatures.map(describeSignature) };
  for (const { index, problems } of signatures) {
    const named = problems.map((p) => ({ ...p, message: `signature ${index}: ${p.message}` }));
    report.problems.push(...named);
  }
  report.valid = report.problems.length === 0;
  return report;
}

export function describeSignature(check: SignatureCheck): SignatureReport {
  return {
    ...check,
    keyDigest: check.keyDigest && hex(check.keyDigest),
    imageDigest: check.imageDigest && hex(check.imageDigest),
  };
}

function describeHeader(header: EspImageHeader): NonNullable<ImageReport['header']> {
  const frequencies = Object.entries(findChip(header.chipId)?.flashFrequencies ?? {});
  return {
    ...header,
    reserved: hex(header.reserved),
    chip: chipName(header.chipId),
    simulator: isSimulatorChip(header.chipId),
    spiModeName: SPI_MODES[header.spiMode] ?? 'unknown',
    flashSizeMB: 2 ** header.spiSize,
    flashFrequencyMHz: frequencies
      .filter(([, nibble]) => nibble === header.spiSpeed)
      .map(([megahertz]) => Number(megahertz)),
  };
}

function describeBody(image: EspImage, bytes: Uint8Array): Partial<ImageReport> {
  const { appDesc, bootloaderDesc, checksum, hash, length } = image;
  return {
    segments: image.segments.map(({ data, ...segment }) => ({ ...segment, length: data.length })),
    ...(appDesc && {
      appDesc: {
        ...appDesc,
        appElfSha256: hex(appDesc.appElfSha256),
        reserved: hex(appDesc.reserved),
      },
    }),
    ...(bootloaderDesc && { bootloaderDesc }),
    checksum,
    hash: {
      ...hash,
      stored: hash.stored && hex(hash.stored),
      computed: hash.computed && hex(hash.computed),
    },
    length,
    trailing: bytes.length - length,
    tag: findImageTag(bytes.subarray(0, length)),
    identity: identifyImage(image),
  };
}

function damages({ checksum, hash }: EspImage): ImageReport['problems'] {
  const problems: ImageReport['problems'] = [];
  if (!checksum.ok) {
    const { stored, computed } = checksum;
    const message = `the checksum is ${hexText(stored, 2)}; the segments give ${hexText(computed, 2)}`;
    problems.push({ code: 'checksum', message, offset: checksum.offset });
  }
  if (!hash.ok) {
    const message = 'the appended SHA-256 does not match the image';
    problems.push({ code: 'hash', message, offset: hash.offset });
  }
  return problems;
}
