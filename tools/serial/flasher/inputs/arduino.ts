import { join } from 'node:path';
import { SerialError } from '../../trouble.ts';
import { partsOfBuild } from './app-folder.ts';
import { exists, isFolder, namesIn } from './files.ts';
import type { FlashInput } from './types.ts';

const APP = /^(.+\.ino)\.bin$/;

/** Does a folder hold what arduino-cli or the IDE leaves of a build for an ESP32? */
export function isArduinoBuild(folder: string): boolean {
  return sketchIn(folder) !== undefined;
}

/** @throws SerialError `input` */
export function readArduinoBuild(folder: string): FlashInput {
  const sketch = sketchIn(folder);
  if (!sketch) throw new SerialError('input', `${folder} holds no build of a sketch`);
  const bootApp = join(folder, 'boot_app0.bin');
  return {
    kind: 'parts',
    from: folder,
    parts: partsOfBuild({
      app: join(folder, `${sketch}.bin`),
      bootloader: join(folder, `${sketch}.bootloader.bin`),
      table: join(folder, `${sketch}.partitions.bin`),
      otadata: exists(bootApp) ? bootApp : undefined,
    }),
  };
}

/** Folders of builds within a sketch's own: `build/<board>`, as `arduino-cli compile -e` leaves them. */
export function arduinoBuildsOf(sketch: string): string[] {
  const build = join(sketch, 'build');
  const inside = namesIn(build).map((name) => join(build, name));
  return [build, ...inside].filter((folder) => isFolder(folder) && isArduinoBuild(folder));
}

function sketchIn(folder: string): string | undefined {
  const names = namesIn(folder);
  const sketches = names.map((name) => APP.exec(name)?.[1]).filter((name) => name !== undefined);
  return sketches.find(
    (name) => names.includes(`${name}.bootloader.bin`) && names.includes(`${name}.partitions.bin`),
  );
}
