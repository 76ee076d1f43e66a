import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll, closeCompilers } from '../../tools/firmware/index.ts';
import { FIXTURES, HAL, ROOT, SKETCHES } from './bench.ts';

/**
 * Compiles what most stories need, once, before the tests fork: a cold cache would otherwise be filled by two processes at
 * the same time, and inside tests that have a time limit. With everything cached this costs a fraction of a second.
 */
export default async function setup(): Promise<void> {
  const foldersIn = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  const builds = [
    ...[...foldersIn(SKETCHES), ...foldersIn(FIXTURES)].map((sketch) => ({
      sketch,
      version: '1.0.0',
    })),
    // What nodes are updated to.
    ...foldersIn(SKETCHES).map((sketch) => ({ sketch, version: '1.1.0' })),
  ];
  let compiled = 0;
  await buildAll(
    builds.map((build) => ({
      ...build,
      libraries: [join(ROOT, 'gateway-arduino/libraries')],
      halDir: HAL,
      onProgress: (event) => {
        if (event.kind === 'unit' && ++compiled % 20 === 0)
          console.log(`firmware for the tests: ${compiled} files compiled`);
      },
    })),
  );
  closeCompilers();
}
