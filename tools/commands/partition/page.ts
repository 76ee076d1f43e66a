import {
  type Partition,
  partitionSubtypeName,
  partitionTypeName,
} from '../../formats/partition-table.ts';
import type { Colors, Column, Page } from '../support/page.ts';
import { hexText, printable, sizeText } from '../support/text.ts';
import type { PartitionFault, PartitionInput } from './input.ts';

/** The columns of a partition table, as the CSV has them. */
export function partitionColumns<T extends Partition>(color: Colors): Column<T>[] {
  return [
    { title: 'name', cell: (p) => p.label, paint: color.bold },
    { title: 'type', cell: typeText },
    { title: 'subtype', cell: subtypeText },
    { title: 'offset', cell: (p) => hexText(p.offset), right: true },
    { title: 'size', cell: (p) => sizeText(p.size), right: true },
    { title: 'flags', cell: flagsText },
  ];
}

export function typeText({ type }: Partition): string {
  return partitionTypeName(type) ?? hexText(type);
}

export function subtypeText({ type, subtype }: Partition): string {
  return partitionSubtypeName(type, subtype) ?? hexText(subtype);
}

function flagsText({ encrypted, readonly, unknownFlags }: Partition): string {
  const flags = [
    encrypted && 'encrypted',
    readonly && 'readonly',
    unknownFlags && hexText(unknownFlags),
  ];
  return flags.filter(Boolean).join(':');
}

const KINDS = { csv: 'CSV', table: 'binary table', dump: 'flash dump' };

/** What was read, its partitions, and every fault. */
export function fillPartitionPage(page: Page, input: PartitionInput): void {
  const { color } = page;
  const place = `${input.kind === 'dump' ? 'found at' : 'for'} ${hexText(input.tableOffset)}`;
  const md5 = { ok: color.green('ok'), wrong: color.red('WRONG'), missing: 'none' }[input.md5];
  page.section(printable(input.file), [
    ['kind', KINDS[input.kind]],
    ['table', place],
    ['MD5 row', md5],
    ['verdict', verdictText(input, color)],
  ]);
  if (input.partitions.length > 0) {
    page.table('Partitions', partitionColumns(color), input.partitions);
  }
  page.lines('Problems', faultLines(input, color));
}

function verdictText({ ok, boots, kind }: PartitionInput, color: Colors): string {
  if (ok) return color.green('sound');
  if (kind === 'csv') return color.red('no table can be built of it');
  return color.red(boots ? 'boots, but is not sound' : 'no board boots with it');
}

/** `file:line:column: error: …`, as compilers write it; of binary tables the byte. */
export function faultLines({ file, faults }: PartitionInput, color: Colors): string[] {
  return faults.map((fault) => {
    const label = fault.severity === 'error' ? color.red('error') : color.yellow('warning');
    const minds = fault.by ? `${MINDS[fault.by]}: ` : '';
    return `${printable(file)}${placeOf(fault)}: ${label}: ${minds}${printable(fault.message)}`;
  });
}

const MINDS = {
  bootloader: 'refused by the bootloader',
  app: 'not seen by apps',
  generator: 'refused by ESP-IDF’s generator',
};

function placeOf({ line, column, offset }: PartitionFault): string {
  if (line !== undefined) return `:${line}:${column}`;
  return offset === undefined ? '' : ` at ${hexText(offset)}`;
}
