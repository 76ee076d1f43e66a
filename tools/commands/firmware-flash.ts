import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChipModel } from '../../simulator/board/chip-model.ts';
import { factoryFlash } from '../../simulator/board/factory-flash.ts';
import { packageRoot } from '../firmware/index.ts';
import { writeFile } from './support/output.ts';
import { partitionTableFrom } from './support/partition-table.ts';

/**
 * Writes the flash of a virtual board that boots an image of its chip: bootloader, partition table and app, everything
 * else erased. The table is the project's own `partitions.csv`, else the bundled one with two OTA slots.
 * @throws Error where the table is not sound, or the app does not fit
 */
export function writeBootableFlash(
  file: string,
  project: string,
  app: Uint8Array,
  chip: ChipModel,
): void {
  writeFile(file, flashOf(partitionsOf(project), app, chip), 'the flash');
}

function flashOf(csv: string, app: Uint8Array, chip: ChipModel): Uint8Array {
  try {
    return factoryFlash(chip, { partitionTable: partitionTableFrom(csv), app }).dump();
  } catch (error) {
    throw new Error(`no flash with ${csv}: ${(error as Error).message}`, { cause: error });
  }
}

function partitionsOf(project: string): string {
  const folder = statSync(project).isDirectory() ? project : dirname(project);
  const own = join(folder, 'partitions.csv');
  return existsSync(own) ? own : join(packageRoot(), 'gateway-arduino', 'partitions.csv');
}
