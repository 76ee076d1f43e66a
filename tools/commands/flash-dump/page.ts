import { slotName } from '../../formats/flash-image/boot-forecast.ts';
import type { FlashReport, PartitionReport } from '../../formats/flash-image/inspect.ts';
import type { NvsSummary } from '../../formats/flash-image/nvs-summary.ts';
import type { SlotImage } from '../../formats/flash-image/slot-image.ts';
import { fillEntries } from '../otadata/page.ts';
import { subtypeText, typeText } from '../partition/page.ts';
import type { Colors, Column, Page, Row } from '../support/page.ts';
import { hexText, printable, sizeText } from '../support/text.ts';

/** A dump as the command reports it; the shape of its `--json`. */
export interface DumpReport extends FlashReport {
  file: string;
  rollbackFrom: 'assumed' | 'given' | 'bootloader';
}

const FROM: Record<DumpReport['rollbackFrom'], string> = {
  assumed: 'assumed; bytes do not show it',
  given: 'as given',
  bootloader: 'by the virtual board’s bootloader',
};

/** The one page on a dump: what is where, what is sound, what boots next. */
export function fillDumpPage(page: Page, report: DumpReport): void {
  page.section(printable(report.file), fileRows(report, page.color));
  page.table('Partitions', partitionColumns(page.color), report.partitions);
  const apps = report.partitions.filter(({ image }) => image && image.state !== 'empty');
  for (const { label, image } of apps)
    page.section(`Image in ${label}`, imageRows(image!, page.color));
  if (report.otadata) fillOtadata(page, report.otadata);
  for (const { label, nvs } of report.partitions) {
    if (nvs && nvs.state !== 'empty') page.section(`NVS in ${label}`, nvsRows(nvs));
  }
  page.lines('Next boot', report.boot.why.map(printable));
  page.lines('Verdict', [verdict(report, page.color)]);
  page.problems(
    report.table.findings.map(({ offset, ...finding }) => ({
      ...finding,
      message: `partition table: ${finding.message}`,
      offset: offset === undefined ? undefined : report.table.offset + offset,
    })),
  );
}

function fileRows(report: DumpReport, color: Colors): Row[] {
  const { size, bootloader, table, rollback, rollbackFrom } = report;
  const rows: Row[] = [['dump', sizeText(size)]];
  if (bootloader) {
    const { chip, offset, state } = bootloader;
    if (chip) rows.push(['chip', chip]);
    rows.push(['bootloader', `at ${hexText(offset)}, ${stateText(state, color)}`]);
  } else rows.push(['bootloader', color.yellow('none found')]);
  const sound = table.ok ? color.green('sound') : color.red(table.boots ? 'not sound' : 'REFUSED');
  rows.push(['partition table', `at ${hexText(table.offset)}, ${sound}`]);
  rows.push(['app rollback', `${rollback ? 'on' : 'off'} (${FROM[rollbackFrom]})`]);
  return rows;
}

const stateText = (state: SlotImage['state'], color: Colors): string =>
  state === 'ok' ? color.green('sound') : color.red(state === 'empty' ? 'empty' : 'BROKEN');

function partitionColumns(color: Colors): Column<PartitionReport>[] {
  const paint = (text: string, { image, nvs, used }: PartitionReport): string => {
    if (image?.state === 'broken' || nvs?.state === 'damaged') return color.red(text);
    if (image?.state === 'ok') return color.green(text);
    return used === 0 ? color.dim(text) : text;
  };
  return [
    { title: 'name', cell: (p) => p.label, paint: color.bold },
    { title: 'type', cell: typeText },
    { title: 'subtype', cell: subtypeText },
    { title: 'offset', cell: (p) => hexText(p.offset), right: true },
    { title: 'size', cell: (p) => sizeText(p.size), right: true },
    { title: 'content', cell: contentText, paint },
  ];
}

/** What a partition holds, in a few words. */
export function contentText(partition: PartitionReport): string {
  const { image, nvs, used, beyondDump, subtypeName, type } = partition;
  if (beyondDump) return 'beyond the end of the dump';
  if (used === 0) return 'empty';
  if (image) return imageText(image);
  if (nvs) return nvsText(nvs);
  if (type === 1 && subtypeName === 'ota') return 'see otadata';
  return `data up to ${hexText(used)}`;
}

function imageText({ state, identity, problems, writtenTo }: SlotImage): string {
  const name = identity ? `${identity.project} ${identity.version}` : 'an image';
  const role =
    identity?.role && identity.role !== identity.project ? ` (role ${identity.role})` : '';
  if (state === 'ok') return `${name}${role}`;
  if (writtenTo !== undefined)
    return `${identity ? `${name}, ` : ''}BROKEN: ends at ${hexText(writtenTo)}`;
  return `${identity ? `${name}, ` : ''}BROKEN: ${problems[0]!.message}`;
}

function nvsText({ state, namespaces, problems }: NvsSummary): string {
  if (state === 'empty') return 'no keys';
  if (state === 'unreadable') return 'nothing readable: encrypted, or damaged';
  const keys = namespaces.reduce((sum, { keys: own }) => sum + own.length, 0);
  const faults = problems.length > 0 ? `, ${counted(problems.length, 'problem')}` : '';
  return `${counted(keys, 'key')} in ${counted(namespaces.length, 'namespace')}${faults}`;
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

function imageRows(image: SlotImage, color: Colors): Row[] {
  const { state, identity, app, chip, length, hash, checksumOk, problems, writtenTo } = image;
  const rows: Row[] = [['state', stateText(state, color)]];
  if (identity) {
    rows.push(['version', printable(identity.version)], ['project', printable(identity.project)]);
    if (identity.role) rows.push(['role', printable(identity.role)]);
  }
  if (app) {
    const when = [app.date, app.time].filter(Boolean).join(' ');
    if (when) rows.push(['compiled', printable(when)]);
    if (app.idfVersion) rows.push(['ESP-IDF', printable(app.idfVersion)]);
  }
  if (chip) rows.push(['chip', chip]);
  if (length !== undefined) rows.push(['length', `${length} bytes`]);
  if (checksumOk !== undefined)
    rows.push(['checksum', checksumOk ? color.green('ok') : color.red('WRONG')]);
  const HASH = {
    ok: color.green('ok'),
    wrong: color.red('WRONG'),
    none: color.yellow('none appended'),
  };
  if (hash) rows.push(['appended hash', HASH[hash]]);
  if (image.sha256) rows.push(['SHA-256', image.sha256], ['MD5', image.md5!]);
  for (const { message } of problems) rows.push(['problem', color.red(printable(message))]);
  if (writtenTo !== undefined) {
    rows.push([
      'written',
      `up to ${hexText(writtenTo)}; the rest is erased: the writing stopped there`,
    ]);
  }
  return rows;
}

function fillOtadata(
  page: Page,
  { partition, entries, problem }: NonNullable<FlashReport['otadata']>,
): void {
  if (problem) page.lines('otadata', [page.color.red(printable(problem))]);
  else fillEntries(page, partition === 'otadata' ? 'otadata' : `otadata in ${partition}`, entries);
}

/** More would bury the rest of the page. */
const NVS_PROBLEMS = 5;

function nvsRows({
  state,
  pages,
  pagesUsed,
  namespaces,
  entriesWritten,
  entriesErased,
  problems,
}: NvsSummary): Row[] {
  const rows: Row[] = [['pages', `${pagesUsed} of ${pages} in use`]];
  rows.push(['entries', `${entriesWritten} written, ${entriesErased} erased`]);
  for (const { name, keys } of namespaces) rows.push([printable(name), printable(keys.join(', '))]);
  if (state === 'unreadable') rows.push(['problem', 'no entry is sound: it may be encrypted']);
  for (const { message, offset } of problems.slice(0, NVS_PROBLEMS)) {
    rows.push(['problem', `${printable(message)} (at ${hexText(offset)})`]);
  }
  const hidden = problems.length - NVS_PROBLEMS;
  if (hidden > 0) rows.push(['problem', `and ${hidden} more; ota nvs show tells them all`]);
  return rows;
}

function verdict({ boot, partitions }: FlashReport, color: Colors): string {
  const { boots } = boot;
  if (!boots) return color.red('nothing boots');
  const image = partitions.find(({ offset }) => offset === boots.offset)?.image;
  const identity = image?.identity;
  const what = identity ? `: ${printable(`${identity.project} ${identity.version}`)}` : '';
  return color.green(
    `boots ${slotName(boots.slot)}, partition ${printable(boots.partition)}${what}`,
  );
}
