import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { type BoardSpec, World, type WorldOptions } from '../../simulator/scenario/world.ts';
import { type BuildResult, buildFirmware } from '../../tools/firmware/index.ts';
import { tableOfCsv } from '../../tools/formats/table-of-csv.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const HAL = `${ROOT}simulator/hal`;
export const SKETCHES = `${ROOT}gateway-arduino/sketches`;
export const FIXTURES = `${ROOT}test/fixtures/sketches`;
const LIBRARIES = `${ROOT}gateway-arduino/libraries`;

/** The partition table that our sketches are flashed with. */
export function partitionTable(): Uint8Array {
  const csv = readFileSync(`${ROOT}gateway-arduino/partitions.csv`, 'utf8');
  return tableOfCsv(csv);
}

const built = new Map<string, Promise<BuildResult>>();

/** Builds a sketch (a path, or a name below our sketches or fixtures); the same one is built once in a process. */
export function firmware(
  name: string,
  version = '1.0.0',
  defines: Record<string, string> = {},
): Promise<BuildResult> {
  const sketch = name.startsWith('/')
    ? name
    : `${name.startsWith('mesh_') ? SKETCHES : FIXTURES}/${name}`;
  const key = JSON.stringify([sketch, version, defines]);
  let result = built.get(key);
  if (!result) {
    result = buildFirmware({ sketch, version, defines, libraries: [LIBRARIES], halDir: HAL });
    built.set(key, result);
  }
  return result;
}

/** A world of boards that all hear each other, unless said otherwise. */
export function world(boards: BoardSpec[], options: Partial<WorldOptions> = {}): World {
  return new World({
    seed: 'test',
    partitionTable: partitionTable(),
    rssi: () => -50,
    boards,
    ...options,
  });
}

/** What a board printed so far, as one text. */
export function serial(board: VirtualBoard): string {
  return board.uart.log.map((line) => line.text).join('\n');
}
