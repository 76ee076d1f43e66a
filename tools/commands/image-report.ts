import pc from 'picocolors';
import { hex } from '../formats/bytes.ts';
import { chipName, findChip, isSimulatorChip } from '../formats/chips.ts';
import { FormatError } from '../formats/errors.ts';
import {
  type EspImage,
  type EspImageHeader,
  parseImage,
  parseImageHeader,
  SPI_MODES,
} from '../formats/esp-image.ts';
import { findImageTag, identifyImage } from '../formats/image-tag.ts';

/** What `ota image info` tells of an image; the shape of its `--json`. Byte strings are hexadecimal,
 * revisions are major * 100 + minor. */
export interface ImageReport {
  file: string;
  fileSize: number;
  /** The structure can be followed, and checksum and hash hold. */
  valid: boolean;
  problems: { code: string; message: string; offset?: number; hint?: string }[];
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
    const { code, message, offset, hint } = error;
    report.problems.push({ code, message, offset, hint });
  }
  return report;
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
    const message = `the checksum is ${byteText(checksum.stored)}; the segments give ${byteText(checksum.computed)}`;
    problems.push({ code: 'checksum', message, offset: checksum.offset });
  }
  if (!hash.ok) {
    const message = 'the appended SHA-256 does not match the image';
    problems.push({ code: 'hash', message, offset: hash.offset });
  }
  return problems;
}

type Row = [name: string, value: string];

/** The report as text for people: sections of aligned rows, problems last. */
export function formatImageReport(report: ImageReport, options: { color: boolean }): string {
  const color = pc.createColors(options.color);
  const lines: string[] = [];
  const section = (title: string, rows: Row[]): void => {
    if (rows.length === 0) return;
    const width = Math.max(...rows.map(([name]) => name.length));
    lines.push(color.bold(title));
    for (const [name, value] of rows) lines.push(`  ${color.dim(name.padEnd(width))}  ${value}`);
    lines.push('');
  };
  const verdict = (ok: boolean): string => (ok ? color.green('ok') : color.red('WRONG'));
  section(printable(report.file), fileRows(report));
  if (report.header) section('Header', headerRows(report.header));
  if (report.segments) section('Segments', report.segments.map(segmentRow));
  if (report.appDesc) section('App descriptor', appDescRows(report.appDesc));
  if (report.bootloaderDesc) {
    const { version, secureVersion, idfVersion, dateTime } = report.bootloaderDesc;
    section('Bootloader descriptor', [
      ['version', String(version)],
      ['secure version', String(secureVersion)],
      ['ESP-IDF', printable(idfVersion)],
      ['compiled', printable(dateTime)],
    ]);
  }
  if (report.tag) {
    const { role, version, offset } = report.tag;
    section('MESHSWARM_IMAGE', [
      ['role', role],
      ['version', version],
      ['at', hexText(offset)],
    ]);
  }
  section('Integrity', integrityRows(report, verdict));
  for (const { message, offset, hint } of report.problems) {
    const place = offset === undefined ? '' : ` (at ${hexText(offset)})`;
    lines.push(`${color.red('problem:')} ${printable(message)}${place}`);
    if (hint) lines.push(`  ${color.cyan('hint:')} ${printable(hint)}`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function fileRows({ fileSize, length, trailing, identity }: ImageReport): Row[] {
  const rows: Row[] = [['file size', `${fileSize} bytes`]];
  if (length !== undefined) rows.push(['image size', `${length} bytes`]);
  if (trailing) rows.push(['behind it', `${trailing} bytes, not part of the image`]);
  if (identity) {
    const { role, project, version } = identity;
    rows.push(['is', printable(`${project} ${version}${role ? `, role ${role}` : ''}`)]);
  }
  return rows;
}

function headerRows(header: NonNullable<ImageReport['header']>): Row[] {
  const frequency = header.flashFrequencyMHz.map((megahertz) => `${megahertz} MHz`).join(' or ');
  return [
    ['magic', byteText(header.magic)],
    ['segments', String(header.segmentCount)],
    ['chip', `${header.chip} (${hexText(header.chipId, 4)})`],
    [
      'chip revision',
      `${revisionText(header.minChipRevFull)} to ${maxText(header.maxChipRevFull)}`,
    ],
    ['legacy min. revision', String(header.minChipRev)],
    ['entry point', hexText(header.entryAddr, 8)],
    ['flash mode', `${header.spiModeName} (${header.spiMode})`],
    ['flash size', `${header.flashSizeMB} MB (${header.spiSize})`],
    ['flash frequency', `${frequency || 'unknown'} (${hexText(header.spiSpeed)})`],
    ['WP pin', header.wpPin === 0xee ? 'disabled (0xee)' : byteText(header.wpPin)],
    ['pin drive', header.spiPinDrv.map(byteText).join(' ')],
    ['reserved', header.reserved],
    ['hash appended', header.hashAppended === 0 ? 'no' : `yes (${header.hashAppended})`],
  ];
}

function segmentRow(segment: NonNullable<ImageReport['segments']>[number], index: number): Row {
  const { loadAddress, length, fileOffset, kind } = segment;
  const place = `${hexText(loadAddress, 8)}  ${kind.padEnd(7)}`;
  return [String(index), `${place}  ${length} bytes at ${hexText(fileOffset)}`];
}

function appDescRows(desc: NonNullable<ImageReport['appDesc']>): Row[] {
  const { minEfuseBlkRevFull: min, maxEfuseBlkRevFull: max } = desc;
  return [
    ['project', printable(desc.projectName)],
    ['version', printable(desc.version)],
    ['compiled', printable(`${desc.date} ${desc.time}`)],
    ['ESP-IDF', printable(desc.idfVersion)],
    ['secure version', String(desc.secureVersion)],
    ['ELF SHA-256', desc.appElfSha256],
    ['eFuse block revision', `${revisionText(min)} to ${maxText(max)}`],
    ['MMU page', desc.mmuPageSize === 0 ? 'legacy (0)' : `2^${desc.mmuPageSize} bytes`],
    ['SPI flash mode', String(desc.spiFlashMode)],
  ];
}

function integrityRows(report: ImageReport, verdict: (ok: boolean) => string): Row[] {
  const { checksum, hash } = report;
  if (!checksum || !hash) return [];
  const rows: Row[] = [['checksum', `${byteText(checksum.stored)} ${verdict(checksum.ok)}`]];
  rows.push(['SHA-256', hash.appended ? `${hash.stored} ${verdict(hash.ok)}` : 'none appended']);
  if (hash.appended && !hash.ok) rows.push(['computed', String(hash.computed)]);
  return rows;
}

const hexText = (value: number, digits = 1): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;
const byteText = (value: number): string => hexText(value, 2);
const revisionText = (revision: number): string =>
  `v${Math.floor(revision / 100)}.${revision % 100}`;
const maxText = (revision: number): string =>
  revision === 0 || revision === 0xffff ? 'any' : revisionText(revision);

/** Text out of a file must not reach the terminal as control sequences. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}
