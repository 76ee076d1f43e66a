import { checkPartitions, type PartitionRules } from './partition-rules.ts';
import {
  type Partition,
  type PartitionTable,
  type TableProblem,
  verifyPartitionTable,
} from './partition-table.ts';

/** A fault of a binary table, and who minds it: the bootloader then boots nothing, an app finds no
 * partitions (esp_partition/partition.c), or ESP-IDF's generator refuses to read it. */
export interface TableFinding extends TableProblem {
  severity: 'error' | 'warning';
  by: 'bootloader' | 'app' | 'generator';
}

const ROW = 32;

/** Judges a binary table as bootloader, app and generator do, all of them. Never throws for bad bytes.
 * @returns `ok` where none of them minds; warnings do not count */
export function checkPartitionTable(
  bytes: Uint8Array,
  rules: PartitionRules = {},
): { ok: boolean; boots: boolean; findings: TableFinding[]; table?: PartitionTable } {
  const verdict = verifyPartitionTable(bytes, { flashSize: rules.flashSize });
  const findings: TableFinding[] = verdict.problems.map((problem) => ({
    ...problem,
    severity: 'error',
    by: 'bootloader',
  }));
  const { table } = verdict;
  if (table) findings.push(...appFindings(table), ...generatorFindings(bytes, table, rules));
  const ok = findings.every(({ severity }) => severity === 'warning');
  return { ok, boots: verdict.ok, findings, table };
}

/** `load_partitions` reads up to the MD5 row, and insists on one (CONFIG_PARTITION_TABLE_MD5). */
function* appFindings(table: PartitionTable): Generator<TableFinding> {
  const { md5, rowsAfterMd5 } = table;
  if (!md5) {
    const message =
      'there is no MD5 row: apps find no partitions unless built without CONFIG_PARTITION_TABLE_MD5';
    yield { code: 'partition-md5-missing', message, severity: 'warning', by: 'app' };
  }
  if (md5 && rowsAfterMd5) {
    const message = `${rowsAfterMd5} rows stand behind the MD5 row, where apps do not look; the bootloader misses the last`;
    const offset = md5.offset + ROW;
    yield { code: 'partition-after-md5', message, offset, severity: 'error', by: 'app' };
  }
}

function* generatorFindings(
  bytes: Uint8Array,
  table: PartitionTable,
  rules: PartitionRules,
): Generator<TableFinding> {
  const by = 'generator';
  const { partitions, md5, terminated } = table;
  const rowOf = (index: number): number => {
    const at = index * ROW;
    return md5 && at >= md5.offset ? at + ROW : at;
  };
  for (const { code, message, severity, index } of checkPartitions(partitions, rules)) {
    // The bootloader has said so already.
    if (code === 'beyond-flash') continue;
    const label = JSON.stringify(partitions[index]!.label);
    yield { code, message: `${label}: ${message}`, offset: rowOf(index), severity, by };
  }
  for (const [index, partition] of partitions.entries()) {
    yield* rowFindings(bytes, partition, rowOf(index));
  }
  const end = partitions.length * ROW + (md5 ? ROW : 0);
  if (terminated && !bytes.subarray(end, end + ROW).every((byte) => byte === 0xff)) {
    const message = 'the end row is not 0xFF throughout';
    yield { code: 'end-row', message, offset: end, severity: 'error', by };
  }
}

function* rowFindings(
  bytes: Uint8Array,
  partition: Partition,
  at: number,
): Generator<TableFinding> {
  const by = 'generator';
  const label = bytes.subarray(at + 12, at + 28);
  const end = label.indexOf(0);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(end < 0 ? label : label.subarray(0, end));
  } catch {
    const message = `the label ${JSON.stringify(partition.label)} is not UTF-8`;
    yield { code: 'label-not-utf8', message, offset: at + 12, severity: 'error', by };
  }
  if (partition.unknownFlags) {
    const message = `${JSON.stringify(partition.label)} has unknown flags 0x${partition.unknownFlags.toString(16)}`;
    yield { code: 'unknown-flag', message, offset: at + 28, severity: 'warning', by };
  }
}
