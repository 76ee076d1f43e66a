import type { FlashPart } from '../../formats/flash-image/merge.ts';
import {
  PARTITION_TABLE_OFFSET,
  type Partition,
  parsePartitionTable,
} from '../../formats/partition-table.ts';
import { refusals } from '../../serial/flasher/checks.ts';
import type { Deflater } from '../../serial/flasher/deflater.ts';
import type { FlashInput } from '../../serial/flasher/input.ts';
import { type EraseSpan, type Region, regionsOf } from '../../serial/flasher/regions.ts';
import { partsFor, readTable } from '../../serial/flasher/resolve.ts';
import { type FlashEvent, type FlashReport, flashBoard } from '../../serial/flasher/run.ts';
import type { Board } from '../../serial/loader/board.ts';
import { SerialError } from '../../serial/trouble.ts';
import { type FlashFlags, withSettings } from './flash.ts';

export interface BoardFlashReport extends FlashReport {
  chip: string;
  revision?: number;
  mac?: string;
  flashBytes?: number;
  /** Sentences that --force overruled. */
  forced: string[];
}

/** One board of `ota flash`. @throws SerialError `mismatch` for what must not go onto this board */
export async function flashOne(
  board: Board,
  input: FlashInput,
  flags: FlashFlags,
  deflater: Deflater,
  tell: (event: FlashEvent) => void,
): Promise<BoardFlashReport> {
  if (input.kind === 'app' && flags.eraseAll) throw appAlone(input.from);
  const regions = await regionsFor(board, input, flags);
  const forced = refusals(factsOf(board), regions);
  if (forced.length > 0 && !flags.force) throw refused(forced);
  const erases = await erasesOf(board, regions, flags);
  const report = await flashBoard(board, { ...flags, regions, erases }, deflater, tell);
  return {
    chip: board.chip,
    revision: board.revision,
    mac: await board.mac(),
    flashBytes: board.flash?.sizeBytes,
    forced,
    ...report,
  };
}

/** What is to stand in this board's flash. */
export async function regionsFor(
  board: Board,
  input: FlashInput,
  flags: Pick<FlashFlags, 'force' | 'flashMode' | 'flashFreq' | 'flashSize'>,
): Promise<Region[]> {
  const parts = await partsFor(board, input, flags.force ?? false);
  const size = board.flash?.sizeBytes;
  const set = parts.map((part): FlashPart => {
    if (part.offset !== board.bootloaderOffset) return part;
    return { ...part, data: withSettings(part.data, flags, size) };
  });
  return regionsOf(set, (offset, length) => board.readFlash(offset, length));
}

export function factsOf(board: Board) {
  return {
    chipId: board.chipId,
    revision: board.revision,
    flashBytes: board.flash?.sizeBytes,
    bootloaderOffset: board.bootloaderOffset,
    isVirtual: board.isVirtual,
    secureBoot: board.security?.flags.secureBoot ?? false,
    flashEncryption: board.security?.flashEncryption ?? false,
  };
}

export function refused(reasons: readonly string[]): SerialError {
  return new SerialError('mismatch', reasons.join('; '), {
    hint: '--force flashes it all the same',
  });
}

/** An app without the rest finds its place in the board's table, and is started by its bootloader. */
function appAlone(from: string): SerialError {
  return new SerialError(
    'input',
    `--erase-all erases bootloader and partition table too, and ${from} is an app alone`,
    { hint: 'give the build folder, or erase partitions by name: --erase nvs' },
  );
}

/** Partitions by name, out of the table that is being flashed, else out of the board's. */
async function erasesOf(
  board: Board,
  regions: readonly Region[],
  { erase, tableOffset = PARTITION_TABLE_OFFSET }: FlashFlags,
): Promise<EraseSpan[]> {
  if (!erase) return [];
  const holding = regions.find(
    ({ offset, data }) => offset <= tableOffset && tableOffset < offset + data.length,
  );
  const { partitions } = holding
    ? parsePartitionTable(holding.data.subarray(tableOffset - holding.offset))
    : await readTable(board, tableOffset);
  return erase.map((name) => {
    const { offset, size } = namedPartition(partitions, name);
    return { name, offset, length: size };
  });
}

/** By label, or as `otadata` by what it is. @throws SerialError `input`, naming those there are */
export function namedPartition(partitions: readonly Partition[], name: string): Partition {
  const found =
    partitions.find((partition) => partition.label === name) ??
    (name === 'otadata'
      ? partitions.find(({ type, subtype }) => type === 1 && subtype === 0)
      : undefined);
  if (found) return found;
  const there = partitions.map(({ label }) => label).join(', ');
  throw new SerialError('input', `the board has no partition ${name}; it has ${there}`);
}
