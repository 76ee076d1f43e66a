import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll, closeCompilers } from '../../tools/firmware/index.ts';
import { SMALL_CLIENT } from '../direct/firmware.ts';
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
  const clients = [
    // test/direct, and the story for boards in test/hardware.
    SMALL_CLIENT,
    { OTA_DEVICE_TYPE: 'scales', OTA_CHECK_INTERVAL_SEC: '3600' },
  ].flatMap((settings) =>
    ['1.0.0', '2.0.0'].map((version) => ({
      sketch: join(ROOT, 'firmware-c'),
      version,
      settings,
    })),
  );
  let compiled = 0;
  await buildAll(
    [...builds, ...clients].map((build) => ({
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
