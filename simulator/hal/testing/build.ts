/** Compiles sketches and ESP-IDF apps for the HAL's own tests, by the same pipeline that users have. */
import { fileURLToPath } from 'node:url';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Built {
  wasm: Uint8Array;
  image: Uint8Array;
}

/** Path from this folder, "../conformance". The import is by name only: the simulator does not depend on the pipeline. */
export async function compile(
  path: string,
  defines: Record<string, string> = {},
): Promise<Uint8Array> {
  return (await build(path, defines)).wasm;
}

/** The app image of a sketch or ESP-IDF project, as it is flashed. */
export async function appImage(path: string): Promise<Uint8Array> {
  return (await build(path, {})).image;
}

async function build(path: string, defines: Record<string, string>): Promise<Built> {
  const pipeline = '../../../tools/firmware/index.ts';
  const { buildFirmware } = (await import(pipeline)) as {
    buildFirmware(options: {
      sketch: string;
      halDir: string;
      defines: Record<string, string>;
    }): Promise<Built>;
  };
  return buildFirmware({ sketch: folder(path), halDir: folder('..'), defines });
}

export async function stopCompilers(): Promise<void> {
  const pipeline = '../../../tools/firmware/index.ts';
  const { closeCompilers } = (await import(pipeline)) as { closeCompilers(): Promise<void> | void };
  await closeCompilers();
}
