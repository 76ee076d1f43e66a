// Compiles the library's vendor-free logic and its tests to WebAssembly, in a child process: the compiler is itself
// WebAssembly, and starts three times faster with a flag that cannot be set at run time.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const core = join(here, '../libraries/MeshSwarm/src/core');
const cacheDir = join(here, '../../.cache/gateway-core');

/** The sources as the compiler sees them, by their paths relative to gateway-arduino. */
function sources(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(core).sort()) {
    files[`libraries/MeshSwarm/src/core/${name}`] = readFileSync(join(core, name), 'utf8');
  }
  for (const name of readdirSync(here).sort()) {
    if (/\.(cpp|h)$/.test(name)) files[`test/${name}`] = readFileSync(join(here, name), 'utf8');
  }
  return files;
}

/** The compiled tests, from the cache when no source has changed. Throws the compiler's own words on an error. */
export async function buildCoreTests(): Promise<Uint8Array<ArrayBuffer>> {
  const files = JSON.stringify(sources());
  const compiler = readFileSync(join(here, 'compile-core.js'));
  const key = createHash('sha256').update(files).update(compiler).digest('hex').slice(0, 32);
  const target = join(cacheDir, `${key}.wasm`);
  if (!existsSync(target)) {
    mkdirSync(cacheDir, { recursive: true });
    const input = join(cacheDir, `${key}.${process.pid}.json`);
    const output = `${input}.wasm`;
    writeFileSync(input, files);
    await promisify(execFile)(process.execPath, [
      '--liftoff-only',
      join(here, 'compile-core.js'),
      input,
      output,
    ]);
    renameSync(output, target);
  }
  return new Uint8Array(readFileSync(target));
}
