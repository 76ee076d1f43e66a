import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildBootloader } from '../../simulator/board/bootloader-image.ts';
import { buildFirmware, packageRoot } from '../../tools/firmware/index.ts';
import { imageLength } from '../../tools/formats/esp-image.ts';
import type { FlashPart } from '../../tools/formats/flash-image/merge.ts';
import { retargetGuest } from '../../tools/formats/guest-payload.ts';
import { identifyImage } from '../../tools/formats/image-tag.ts';
import { parsePartitionCsv } from '../../tools/formats/partition-csv.ts';
import {
  bootPartitions,
  buildPartitionTable,
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  parsePartitionTable,
} from '../../tools/formats/partition-table.ts';
import { imageSymbols, openSymbols } from '../../tools/monitor/index.ts';
import { readFlashInput } from '../../tools/serial/flasher/input.ts';
import { partsFor } from '../../tools/serial/flasher/resolve.ts';
import type { FirmwareSpec } from './config.ts';
import type { Firmware } from './desk.ts';

/** Compiled for simulated boards, with the bootloader and partition table that they need. */
export async function simFirmware(spec: FirmwareSpec, root: string): Promise<Firmware> {
  const built = await buildFirmware({
    sketch: resolve(root, spec.sketch),
    version: spec.version,
    defines: spec.defines,
    settings: spec.settings,
    libraries: [
      ...(spec.libraries ?? []).map((folder) => resolve(root, folder)),
      join(packageRoot(), 'gateway-arduino/libraries'),
    ],
    halDir: join(packageRoot(), 'simulator/hal'),
  });
  const csv = spec.partitions
    ? resolve(root, spec.partitions)
    : join(packageRoot(), 'gateway-arduino/partitions.csv');
  const partitions = parsePartitionCsv(await readFile(csv, 'utf8')).partitions;
  const table = buildPartitionTable(partitions);
  const { factory, slots, otadata } = bootPartitions(parsePartitionTable(table));
  const slot = factory ?? slots[0];
  if (!slot) throw new Error(`${csv} has no partition for an app`);
  const app = new Uint8Array(built.image);
  return {
    name: built.project,
    version: built.version,
    app,
    symbols: async () => imageSymbols(built.project, app),
    parts: async (board) => {
      const parts: FlashPart[] = [
        {
          offset: board.bootloaderOffset,
          data: buildBootloader(board.chipId, { rollback: true, idfVersion: 'v5.5' }),
          name: 'bootloader',
        },
        { offset: PARTITION_TABLE_OFFSET, data: table, name: 'partition table' },
        { offset: slot.offset, data: retargetGuest(app, board.chipId), name: built.project },
      ];
      // Firmware that is flashed is what starts: otadata must not name another slot.
      if (otadata)
        parts.push({ offset: otadata.offset, data: blank(otadata.size), name: 'otadata' });
      return parts;
    },
  };
}

/** A build of the vendor's tool, or made by it now, as `ota flash` takes it. */
export async function hardwareFirmware(
  name: string,
  spec: FirmwareSpec,
  root: string,
): Promise<Firmware> {
  const words = [spec.hardware ?? spec.sketch].flat().map((word) => placed(word, root));
  const input = await readFlashInput(words);
  const elf = spec.elf;
  const symbols = elf === undefined ? undefined : () => openSymbols(resolve(root, elf));
  const app = appOf(input.kind === 'app' ? [{ offset: -1, data: input.data }] : partsOf(input));
  if (!app) throw new Error(`${words.join(' ')}: there is no app image in it`);
  const version = identifyImage(app)?.version ?? spec.version ?? '';
  return {
    name,
    version,
    app: new Uint8Array(app),
    symbols,
    parts: (board) => partsFor(board, input, false),
  };
}

/** `0x10000:file` or a path, from the folder of the configuration. */
function placed(word: string, root: string): string {
  const pair = /^(0x[0-9a-f]+|\d+[km]?b?):(.+)$/i.exec(word);
  return pair ? `${pair[1]}:${resolve(root, pair[2]!)}` : resolve(root, word);
}

function partsOf(input: Awaited<ReturnType<typeof readFlashInput>>): readonly FlashPart[] {
  if (input.kind === 'parts') return input.parts;
  return input.kind === 'manifest' ? input.builds.flatMap((build) => build.parts) : [];
}

/** The image in the first app slot, cut to its length; of an app alone, itself. */
function appOf(parts: readonly FlashPart[]): Uint8Array | undefined {
  const alone = parts.find(({ offset }) => offset < 0);
  if (alone) return alone.data;
  const table = spanAt(parts, PARTITION_TABLE_OFFSET)?.subarray(0, PARTITION_TABLE_SIZE);
  if (!table) return undefined;
  const { factory, slots } = bootPartitions(parsePartitionTable(table));
  const slot = factory ?? slots[0];
  const image = slot && spanAt(parts, slot.offset);
  return image?.slice(0, imageLength(image));
}

function spanAt(parts: readonly FlashPart[], offset: number): Uint8Array | undefined {
  const part = parts.find((one) => one.offset <= offset && offset < one.offset + one.data.length);
  return part?.data.subarray(offset - part.offset);
}

const blank = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);
