import { FLASH_SECTOR_SIZE } from '../formats/flash-region.ts';
import { findPartition, type Partition, parsePartitionTable } from '../formats/partition-table.ts';
import {
  checkHoldsNvs,
  type OtaSettings,
  readSettings,
  type SettingKey,
  writeSettings,
} from './settings.ts';

/** Flash that is read and written in whole sectors, as over a serial port. */
export interface FlashAccess {
  readFlash(offset: number, length: number): Promise<Uint8Array>;
  /** Erases what it writes. `offset` and length are multiples of 4096. */
  writeFlash(offset: number, bytes: Uint8Array): Promise<void>;
}

export interface ProvisionOptions {
  /** Label of the NVS partition; default the first of that type. */
  partition?: string;
  /** Where the partition table is; default 0x8000. */
  tableOffset?: number;
  unset?: readonly SettingKey[];
  /** Begin with an empty partition: every other key is lost. */
  erase?: boolean;
  /** Called with the old content when it may be lost: writing began and did not end. */
  rescue?(old: Uint8Array, partition: Partition): void;
}

export interface ProvisionResult {
  partition: { label: string; offset: number; size: number };
  /** Sectors of 4096 bytes that had to be written. */
  sectors: number;
  /** Read back from the board. */
  settings: OtaSettings;
}

const TABLE_OFFSET = 0x8000;
const TABLE_SIZE = 0xc00;

/**
 * Writes settings into the NVS partition of a board, keeps its other keys, and reads the partition back.
 * @throws FormatError where there is no partition table, no NVS partition, or something else in it; Error where the board
 *   does not hold what was written
 */
export async function provisionBoard(
  flash: FlashAccess,
  settings: OtaSettings,
  options: ProvisionOptions = {},
): Promise<ProvisionResult> {
  const partition = await nvsPartition(flash, options);
  const { label, offset, size } = partition;
  const old = await flash.readFlash(offset, size);
  if (!options.erase) {
    checkHoldsNvs(
      old,
      `partition "${label}" of the board`,
      'if nothing in it matters, --erase begins anew; an encrypted partition cannot be changed from here',
    );
  }
  const before = options.erase ? new Uint8Array(size).fill(0xff) : old;
  const after = writeSettings(before, settings, options.unset);
  const sectors = changedSectors(old, after);
  try {
    for (const at of sectors) {
      await flash.writeFlash(offset + at, after.subarray(at, at + FLASH_SECTOR_SIZE));
    }
  } catch (error) {
    options.rescue?.(old, partition);
    throw error;
  }
  const stored = await flash.readFlash(offset, size);
  if (changedSectors(stored, after).length > 0) {
    options.rescue?.(old, partition);
    throw new Error(
      `partition "${label}" reads back other than it was written: is the flash worn?`,
    );
  }
  return {
    partition: { label, offset, size },
    sectors: sectors.length,
    settings: readSettings(stored),
  };
}

async function nvsPartition(flash: FlashAccess, options: ProvisionOptions): Promise<Partition> {
  const { tableOffset = TABLE_OFFSET, partition: label } = options;
  const table = parsePartitionTable(await flash.readFlash(tableOffset, TABLE_SIZE));
  const query = { type: 'data', subtype: 'nvs', ...(label !== undefined && { label }) } as const;
  const found = findPartition(table, query);
  if (found) return found;
  const name = label === undefined ? '' : ` named "${label}"`;
  throw new Error(`the board's partition table has no NVS partition${name}`);
}

/** Offsets of the sectors that differ. */
function changedSectors(a: Uint8Array, b: Uint8Array): number[] {
  const changed: number[] = [];
  for (let at = 0; at < b.length; at += FLASH_SECTOR_SIZE) {
    const end = at + FLASH_SECTOR_SIZE;
    if (Buffer.compare(a.subarray(at, end), b.subarray(at, end)) !== 0) changed.push(at);
  }
  return changed;
}
