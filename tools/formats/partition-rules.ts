import type { Partition } from './partition-table.ts';
import { PARTITION_SUBTYPES, PARTITION_TYPE } from './partition-types.ts';

/** The rules of ESP-IDF's generator for a sound table (ESP_FORMATS §2,
 * components/partition_table/gen_esp32part.py). */
export interface PartitionRules {
  /** Where the table stands; default 0x8000. Its sector and all before it are taken. */
  tableOffset?: number;
  /** Secure Boot v1 wants app sizes in whole 64 KB. */
  secureBoot?: 'v1' | 'v2';
  /** Bytes of the flash chip; default what 32-bit addresses reach. */
  flashSize?: number;
  /** A checksum row takes one of the rows; default true. */
  md5?: boolean;
}

export type PartitionField = 'label' | 'type' | 'subtype' | 'offset' | 'size' | 'flags';

export interface PartitionProblem {
  code: string;
  message: string;
  /** The generator refuses errors and prints warnings. */
  severity: 'error' | 'warning';
  /** Index into the partitions given. */
  index: number;
  field: PartitionField;
}

/** Rows of a table, checksum and end included. */
export const TABLE_ROWS = 0xc00 / 32;
export const TABLE_SECTOR = 0x1000;
export const DEFAULT_TABLE_OFFSET = 0x8000;

type Report = (
  code: string,
  index: number,
  field: PartitionField,
  message: string,
  severity?: 'error' | 'warning',
) => void;

/** Every violation, each partition by itself first, then of the table as a whole. */
export function checkPartitions(
  partitions: readonly Partition[],
  rules: PartitionRules = {},
): PartitionProblem[] {
  const problems: PartitionProblem[] = [];
  const report: Report = (code, index, field, message, severity = 'error') =>
    void problems.push({ code, message, severity, index, field });
  for (const [index, partition] of partitions.entries()) {
    checkAlignment(partition, index, rules, report);
    checkUse(partition, index, report);
    checkName(partition, index, report);
  }
  checkCount(partitions, rules, report);
  checkUniqueNames(partitions, report);
  checkPlaces(partitions, rules, report);
  checkOtadata(partitions, 'ota', report);
  checkOtadata(partitions, 'tee_ota', report);
  return problems;
}

const hexText = (value: number): string => `0x${value.toString(16)}`;

/** App partitions start at whole 64 KB, all others at whole sectors. */
export function offsetAlignment(type: number): number {
  return type === PARTITION_TYPE.app ? 0x10000 : 0x1000;
}

/** The bootloader that the ROM starts, and the table itself: they stand below all partitions. */
export function isPrimary({ type, subtype }: Pick<Partition, 'type' | 'subtype'>): boolean {
  return (
    (type === PARTITION_TYPE.bootloader || type === PARTITION_TYPE.partition_table) && subtype === 0
  );
}

function checkAlignment(
  partition: Partition,
  index: number,
  rules: PartitionRules,
  report: Report,
): void {
  const { type, offset, size } = partition;
  const align = offsetAlignment(type);
  if (offset % align !== 0) {
    report(
      'offset-unaligned',
      index,
      'offset',
      `offset ${hexText(offset)} is not aligned to ${hexText(align)}`,
    );
  }
  const sizeAlign = rules.secureBoot === 'v1' ? 0x10000 : 0x1000;
  if (size === 0) report('size-zero', index, 'size', 'the partition is empty', 'warning');
  if (type === PARTITION_TYPE.app && size % sizeAlign !== 0) {
    report(
      'size-unaligned',
      index,
      'size',
      `size ${hexText(size)} is not aligned to ${hexText(sizeAlign)}`,
    );
  }
}

function checkUse(partition: Partition, index: number, report: Report): void {
  if (partition.type !== PARTITION_TYPE.data) return;
  const { ota, coredump, nvs } = PARTITION_SUBTYPES[PARTITION_TYPE.data]!;
  const { subtype, size, readonly } = partition;
  if (readonly && (subtype === ota || subtype === coredump)) {
    report('must-be-writable', index, 'flags', 'otadata and coredump are always written to');
  }
  if (subtype === nvs && size < 0x3000 && !readonly) {
    report(
      'nvs-too-small',
      index,
      'size',
      `an NVS partition of ${hexText(size)} bytes must be readonly: a writable one has at least 0x3000`,
    );
  }
}

/** A label that is the name of another type or subtype is probably a slip. */
function checkName(partition: Partition, index: number, report: Report): void {
  const { label, type, subtype } = partition;
  const asType = (PARTITION_TYPE as Record<string, number>)[label];
  if (asType !== undefined && asType !== type) {
    const message = `the label ${label} is a partition type, but not this partition's`;
    report('label-is-type', index, 'label', message, 'warning');
  }
  const isSubtype = Object.values(PARTITION_SUBTYPES).some((names) => Object.hasOwn(names, label));
  if (isSubtype && PARTITION_SUBTYPES[type]?.[label] !== subtype) {
    const message = `the label ${label} is a partition subtype, but not this partition's`;
    report('label-is-subtype', index, 'label', message, 'warning');
  }
}

function checkCount(partitions: readonly Partition[], rules: PartitionRules, report: Report): void {
  const most = TABLE_ROWS - 1 - ((rules.md5 ?? true) ? 1 : 0);
  if (partitions.length <= most) return;
  report('table-full', most, 'label', `a table holds ${most} partitions, and this is one more`);
}

function checkUniqueNames(partitions: readonly Partition[], report: Report): void {
  const seen = new Set<string>();
  for (const [index, { label }] of partitions.entries()) {
    if (seen.has(label)) {
      report(
        'label-twice',
        index,
        'label',
        `another partition is already named ${JSON.stringify(label)}`,
      );
    }
    seen.add(label);
  }
}

function checkPlaces(
  partitions: readonly Partition[],
  rules: PartitionRules,
  report: Report,
): void {
  const lowest = (rules.tableOffset ?? DEFAULT_TABLE_OFFSET) + TABLE_SECTOR;
  const flashSize = rules.flashSize ?? 2 ** 32;
  const byOffset = partitions
    .map((partition, index) => ({ partition, index }))
    .sort((a, b) => a.partition.offset - b.partition.offset);
  let previous: Partition | undefined;
  for (const { partition, index } of byOffset) {
    const { offset, size } = partition;
    if (offset < lowest && !isPrimary(partition)) {
      report(
        'offset-too-low',
        index,
        'offset',
        `offset ${hexText(offset)} is below ${hexText(lowest)}, the end of the partition table's sector`,
      );
    }
    if (previous && offset < previous.offset + previous.size) {
      const end = hexText(previous.offset + previous.size);
      const message = `starts at ${hexText(offset)}, inside ${JSON.stringify(previous.label)}, which ends at ${end}`;
      report('overlap', index, 'offset', message);
    }
    if (offset + size > flashSize) {
      const message = `ends at ${hexText(offset + size)}, beyond a flash of ${hexText(flashSize)} bytes`;
      report('beyond-flash', index, 'size', message);
    }
    previous = partition;
  }
}

function checkOtadata(
  partitions: readonly Partition[],
  name: 'ota' | 'tee_ota',
  report: Report,
): void {
  const subtype = PARTITION_SUBTYPES[PARTITION_TYPE.data]![name];
  let count = 0;
  for (const [index, partition] of partitions.entries()) {
    if (partition.type !== PARTITION_TYPE.data || partition.subtype !== subtype) continue;
    count++;
    if (count > 1) {
      report('otadata-twice', index, 'subtype', `there is already a data partition "${name}"`);
    }
    if (partition.size !== 0x2000) {
      report('otadata-size', index, 'size', `a data partition "${name}" has exactly 0x2000 bytes`);
    }
  }
}
