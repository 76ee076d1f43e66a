import { findChip } from '../../../formats/chips.ts';
import { FormatError } from '../../../formats/errors.ts';
import { parseImageHeader } from '../../../formats/esp-image-header.ts';
import type { FlashPart } from '../../../formats/flash-image/merge.ts';
import { buildOtadata, OTA_STATE } from '../../../formats/otadata-entry.ts';
import {
  bootPartitions,
  PARTITION_TABLE_OFFSET,
  parsePartitionTable,
} from '../../../formats/partition-table.ts';
import { SerialError } from '../../trouble.ts';
import { readBytes } from './files.ts';

/** Files as a build leaves them, without a word on where they go. */
export interface BuiltFiles {
  bootloader: string;
  table: string;
  app: string;
  /** Initial otadata; it is made where the build has none. */
  otadata?: string;
}

/**
 * Where the three files of an Arduino or PlatformIO build go: the bootloader by the app's chip, the app
 * and otadata by the partition table. Otadata is written as the first slot's, so that an older choice
 * does not boot another slot.
 */
export function partsOfBuild(files: BuiltFiles): FlashPart[] {
  const app = readBytes(files.app);
  const tableBytes = readBytes(files.table);
  const { factory, slots, otadata } = tableOf(tableBytes, files.table);
  const slot = factory ?? slots[0];
  if (!slot) throw new SerialError('input', `${files.table} has no partition for an app`);
  const parts: FlashPart[] = [
    {
      offset: bootloaderOffsetOf(app, files.app),
      data: readBytes(files.bootloader),
      name: files.bootloader,
    },
    { offset: PARTITION_TABLE_OFFSET, data: tableBytes, name: files.table },
    { offset: slot.offset, data: app, name: files.app },
  ];
  if (otadata) {
    const data = files.otadata ? readBytes(files.otadata) : firstSlot(slots.length > 0 && !factory);
    parts.push({ offset: otadata.offset, data, name: files.otadata ?? 'otadata (made)' });
  }
  return parts;
}

/** What `boot_app0.bin` holds: slot 0, no state; without a slot to choose an empty one. */
function firstSlot(chosen: boolean): Uint8Array {
  return chosen ? buildOtadata({ seq: 1, state: OTA_STATE.UNDEFINED }) : buildOtadata();
}

function tableOf(bytes: Uint8Array, path: string) {
  try {
    return bootPartitions(parsePartitionTable(bytes));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SerialError('input', `${path}: ${error.message}`, { hint: error.hint });
  }
}

function bootloaderOffsetOf(app: Uint8Array, path: string): number {
  try {
    const chip = findChip(parseImageHeader(app).chipId);
    if (chip) return chip.bootloaderOffset;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SerialError('input', `${path}: ${error.message}`, { hint: error.hint });
  }
  throw new SerialError('input', `${path} is for a chip that is not known here`);
}
