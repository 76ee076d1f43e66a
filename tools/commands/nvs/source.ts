import { Option } from 'commander';
import { FormatError } from '../../formats/errors.ts';
import { locatePartitionTable, openPartition } from '../../formats/flash-image/locate.ts';
import { parseInteger } from '../../formats/partition-csv-text.ts';
import { inputName, readInput } from '../support/input.ts';

/** An NVS partition: a file of its own, or one in the dump of a whole flash. */
export interface NvsSource {
  /** The input, in messages. */
  name: string;
  /** All of the input. */
  whole: Uint8Array;
  /** The partition, a view of `whole`. */
  bytes: Uint8Array;
  /** Of a dump: which partition it is. */
  partition?: { label: string; offset: number; size: number };
}

export interface SourceFlags {
  partition?: string;
  tableOffset?: number;
}

export const FILE_ARGUMENT = [
  '<file>',
  'an NVS partition, or a dump of a whole flash; - for standard input',
] as const;

/** The options that say where in a dump the partition is. */
export function sourceOptions(): Option[] {
  return [
    new Option('--partition <label>', 'which partition of a dump (default: the first of type nvs)'),
    new Option('--table-offset <address>', 'where the partition table of a dump is').argParser(
      (text) => parseInteger(text, 'table offset', { min: 0, max: 0xffffffff }),
    ),
  ];
}

/** @throws Error a sentence, for an input that cannot be read, or has no such partition */
export async function readNvsSource(file: string, flags: SourceFlags): Promise<NvsSource> {
  const whole = await readInput(file);
  const name = inputName(file);
  const { partition: label, tableOffset } = flags;
  const asked = label !== undefined || tableOffset !== undefined;
  if (!asked && !hasTable(whole)) return { name, whole, bytes: whole };
  const query = { type: 'data', subtype: 'nvs', ...(label !== undefined && { label }) } as const;
  const { partition, bytes } = openPartition(whole, query, { tableOffset });
  const { offset, size } = partition;
  return { name, whole, bytes, partition: { label: partition.label, offset, size } };
}

/** No page of an NVS partition begins like a partition table. */
function hasTable(bytes: Uint8Array): boolean {
  try {
    return locatePartitionTable(bytes).ok;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
