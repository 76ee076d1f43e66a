import { chipAccepts, chipName, isSimulatorChip } from '../../formats/chips.ts';
import { FormatError } from '../../formats/errors.ts';
import { IMAGE_MAGIC, parseImageHeader } from '../../formats/esp-image-header.ts';
import { verifyImage } from '../../formats/esp-image-verify.ts';
import { type Partition, parsePartitionTable } from '../../formats/partition-table.ts';
import type { Region } from './regions.ts';

/** What is known of a board. */
export interface BoardFacts {
  chipId: number;
  /** Major * 100 + minor. */
  revision?: number;
  /** Bytes of its flash. */
  flashBytes?: number;
  bootloaderOffset: number;
  isVirtual: boolean;
  secureBoot: boolean;
  flashEncryption: boolean;
}

const TABLE_MAGIC = [0xaa, 0x50];
const SECTOR = 0x1000;
const MB = 1024 * 1024;

/** Why these regions must not go onto this board; none where they may. Sentences. */
export function refusals(board: BoardFacts, regions: readonly Region[]): string[] {
  const partitions = regions.flatMap((region) => partitionsIn(region));
  const found: string[] = [];
  for (const region of regions) {
    found.push(...sizeTrouble(board, region), ...tableTrouble(board, region));
    for (const image of imagesIn(board, region, partitions))
      found.push(...imageTrouble(board, image));
  }
  if (board.secureBoot && regions.some((region) => covers(region, board.bootloaderOffset))) {
    found.push(
      'the board has Secure Boot on, and a bootloader it does not accept makes it useless for ever',
    );
  }
  if (board.flashEncryption) {
    found.push('the board encrypts its flash, and what is written in plain does not boot');
  }
  return found;
}

function* sizeTrouble(
  { flashBytes }: BoardFacts,
  { name, offset, data }: Region,
): Generator<string> {
  if (flashBytes === undefined || offset + data.length <= flashBytes) return;
  const end = `0x${(offset + data.length).toString(16)}`;
  yield `${name} reaches to ${end}, beyond the flash of ${flashBytes / MB} MB`;
}

interface ImageAt {
  name: string;
  offset: number;
  kind: 'app' | 'bootloader';
  bytes: Uint8Array;
  /** Bytes of its partition. */
  room?: number;
}

/** The bootloader, and whatever begins as an image at the region's beginning or at a partition's. */
function imagesIn(board: BoardFacts, region: Region, partitions: readonly Partition[]): ImageAt[] {
  const places = new Map<number, Partition | undefined>([[region.offset, undefined]]);
  places.set(board.bootloaderOffset, undefined);
  for (const partition of partitions)
    if (partition.type === 0) places.set(partition.offset, partition);
  return [...places]
    .filter(
      ([offset]) => covers(region, offset) && region.data[offset - region.offset] === IMAGE_MAGIC,
    )
    .map(([offset, partition]) => ({
      name: partition ? `${region.name} (${partition.label})` : region.name,
      offset,
      kind: offset === board.bootloaderOffset ? 'bootloader' : 'app',
      bytes: region.data.subarray(offset - region.offset),
      room: partition?.size,
    }));
}

function* imageTrouble(board: BoardFacts, image: ImageAt): Generator<string> {
  const { name, kind, bytes, room } = image;
  const simulated = simulatorChip(bytes);
  if (simulated !== undefined && !board.isVirtual) {
    yield `${name} is made for simulated boards (${chipName(simulated)}), and would not run on a chip`;
    if (!chipAccepts(board.chipId, simulated))
      yield `${name} is for ${chipName(simulated)}, the board is ${chipName(board.chipId)}`;
    return;
  }
  const { problems, image: parsed } = verifyImage(bytes, {
    kind,
    chipId: board.chipId,
    chipRevision: board.revision,
    maxLength: room,
  });
  for (const { message } of problems) yield `${name}: ${message}`;
  if (kind === 'bootloader' && parsed && board.flashBytes !== undefined) {
    const asked = 2 ** parsed.spiSize * MB;
    if (asked > board.flashBytes) {
      yield `${name} is built for a flash of ${asked / MB} MB, the board has ${board.flashBytes / MB} MB`;
    }
  }
}

function simulatorChip(bytes: Uint8Array): number | undefined {
  try {
    const { chipId } = parseImageHeader(bytes);
    return isSimulatorChip(chipId) ? chipId : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function* tableTrouble({ flashBytes }: BoardFacts, region: Region): Generator<string> {
  if (flashBytes === undefined) return;
  for (const { label, offset, size } of partitionsIn(region)) {
    if (offset + size > flashBytes) {
      yield `${region.name}: the partition ${label} ends at 0x${(offset + size).toString(16)}, beyond the flash of ${flashBytes / MB} MB`;
    }
  }
}

/** Rows of a partition table within the first 64 KB of flash, where all tables stand. */
function partitionsIn({ offset, data }: Region): Partition[] {
  for (
    let at = Math.max(offset, 0x8000);
    at < Math.min(offset + data.length, 0x10000);
    at += SECTOR
  ) {
    const bytes = data.subarray(at - offset, at - offset + 0xc00);
    if (!TABLE_MAGIC.every((byte, i) => bytes[i] === byte)) continue;
    try {
      return parsePartitionTable(bytes).partitions;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
  return [];
}

function covers({ offset, data }: Region, address: number): boolean {
  return address >= offset && address < offset + data.length;
}
