import { join } from 'node:path';
import { readTree } from '../../tools/firmware/file-set.ts';
import { packageRoot } from '../../tools/firmware/package-root.ts';

/** The component, as its folder stands in the repository. */
export const COMPONENT = join(packageRoot(), 'firmware-c/components/ota_client');

/** Path below the component (`src/ota_json.c`) → text: the core, its headers and its host tests, without vendor headers. */
export function coreSources(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const folder of ['include', 'src', 'test']) {
    for (const [path, bytes] of readTree(join(COMPONENT, folder), folder)) files.set(path, bytes);
  }
  return files;
}

/** What the tests' program is made of: no fuzz targets, no port to real sockets. */
export function testUnits(files: ReadonlyMap<string, unknown>): string[] {
  const belongs = /^(?:src|test\/(?:unit|story|world))\/[^/]+\.c$|^test\/(?:main|check)\.c$/;
  return [...files.keys()].filter((path) => belongs.test(path)).sort();
}
