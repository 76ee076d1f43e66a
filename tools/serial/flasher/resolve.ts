import { findChipByName } from '../../formats/chips.ts';
import { FormatError } from '../../formats/errors.ts';
import type { FlashPart } from '../../formats/flash-image/merge.ts';
import { buildOtadata, OTA_STATE } from '../../formats/otadata-entry.ts';
import {
  bootPartitions,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type PartitionTable,
  parsePartitionTable,
} from '../../formats/partition-table.ts';
import type { Board } from '../loader/board.ts';
import { SerialError } from '../trouble.ts';
import type { FlashInput } from './input.ts';

/** The partition table that stands in the board's flash.
 * @throws SerialError `mismatch` where there is none */
export async function readTable(
  board: Board,
  offset = PARTITION_TABLE_OFFSET,
): Promise<PartitionTable> {
  const bytes = await board.readFlash(offset, PARTITION_TABLE_SIZE);
  try {
    return parsePartitionTable(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const at = `0x${offset.toString(16)}`;
    throw new SerialError(
      'mismatch',
      `${board.link.name}: there is no partition table at ${at}: ${error.message}`,
      {
        hint: 'flash bootloader, table and app first, or say where the table is with --table-offset',
      },
    );
  }
}

/** Parts with their places, now that the board is known. @throws SerialError `mismatch` */
export async function partsFor(
  board: Board,
  input: FlashInput,
  force: boolean,
): Promise<FlashPart[]> {
  switch (input.kind) {
    case 'parts':
      if (!force) refuseChip(board, input.chip, input.from);
      return input.parts;
    case 'manifest': {
      const build = input.builds.find(({ chipFamily }) => chipIs(board, chipFamily));
      if (build) return build.parts;
      const families = input.builds.map(({ chipFamily }) => chipFamily).join(', ');
      throw new SerialError(
        'mismatch',
        `${input.from} has no build for ${board.chip}: it has ${families}`,
      );
    }
    case 'app':
      return partsOfApp(board, input);
  }
}

/** The app goes into the slot that boots first, and otadata forgets other choices. */
async function partsOfApp(
  board: Board,
  { data, from }: Extract<FlashInput, { kind: 'app' }>,
): Promise<FlashPart[]> {
  const { factory, slots, otadata } = bootPartitions(await readTable(board));
  const slot = factory ?? slots[0];
  if (!slot)
    throw new SerialError(
      'mismatch',
      `the partition table of ${board.link.name} has no partition for an app`,
    );
  const parts: FlashPart[] = [{ offset: slot.offset, data, name: from }];
  if (otadata) {
    const entries = factory ? buildOtadata() : buildOtadata({ seq: 1, state: OTA_STATE.UNDEFINED });
    parts.push({ offset: otadata.offset, data: entries, name: 'otadata' });
  }
  return parts;
}

function chipIs(board: Board, name: string): boolean {
  return findChipByName(name)?.id === board.chipId;
}

function refuseChip(board: Board, chip: string | undefined, from: string): void {
  if (chip === undefined || chipIs(board, chip)) return;
  throw new SerialError('mismatch', `${from} is for ${chip}, the board is ${board.chip}`, {
    hint: '--force flashes it all the same',
  });
}
