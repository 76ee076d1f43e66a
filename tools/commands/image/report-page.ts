import type { Page, Row } from '../support/page.ts';
import { hexText, printable } from '../support/text.ts';
import type { ImageReport, SignatureReport } from './report.ts';

/** Writes the report for people: sections of aligned rows, problems last. */
export function writeImagePage(page: Page, report: ImageReport): void {
  const { color } = page;
  const verdict = (ok: boolean): string => (ok ? color.green('ok') : color.red('WRONG'));
  page.section(printable(report.file), fileRows(report));
  if (report.header) page.section('Header', headerRows(report.header));
  if (report.segments) page.section('Segments', report.segments.map(segmentRow));
  if (report.appDesc) page.section('App descriptor', appDescRows(report.appDesc));
  if (report.bootloaderDesc) {
    const { version, secureVersion, idfVersion, dateTime } = report.bootloaderDesc;
    page.section('Bootloader descriptor', [
      ['version', String(version)],
      ['secure version', String(secureVersion)],
      ['ESP-IDF', printable(idfVersion)],
      ['compiled', printable(dateTime)],
    ]);
  }
  if (report.tag) {
    const { role, version, offset } = report.tag;
    page.section('MESHSWARM_IMAGE', [
      ['role', role],
      ['version', version],
      ['at', hexText(offset)],
    ]);
  }
  page.section('Integrity', integrityRows(report, verdict));
  if (report.signature) {
    const { version, blocks } = report.signature;
    const rows = blocks.flatMap((block) => signatureRows(block, verdict));
    page.section(
      `Secure Boot v${version} signature`,
      version === 1 ? [['at', `${hexText(report.signature.offset)}, not checked`]] : rows,
    );
  }
  page.problems(report.problems);
}

/** One row for a signature, one for its key. */
export function signatureRows(
  { index, scheme, keyDigest, ok, trusted }: SignatureReport,
  verdict: (ok: boolean) => string,
): Row[] {
  const trust = trusted === undefined ? '' : trusted ? ', by a given key' : ', by another key';
  const rows: Row[] = [[`signature ${index}`, `${scheme ?? 'unknown'} ${verdict(ok)}${trust}`]];
  if (keyDigest) rows.push(['  key digest', keyDigest]);
  return rows;
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

const byteText = (value: number): string => hexText(value, 2);
const revisionText = (revision: number): string =>
  `v${Math.floor(revision / 100)}.${revision % 100}`;
const maxText = (revision: number): string =>
  revision === 0 || revision === 0xffff ? 'any' : revisionText(revision);
