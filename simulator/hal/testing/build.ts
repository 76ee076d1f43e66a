/** Compiles a sketch for the HAL's own tests, by the same pipeline that users have. */
import { fileURLToPath } from 'node:url';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Path from this folder, "../conformance". The import is by name only: the simulator does not depend on the pipeline. */
export async function compile(
  path: string,
  defines: Record<string, string> = {},
): Promise<Uint8Array> {
  const pipeline = '../../../tools/firmware/index.ts';
  const { buildFirmware } = (await import(pipeline)) as {
    buildFirmware(options: {
      sketch: string;
      halDir: string;
      defines: Record<string, string>;
    }): Promise<{ wasm: Uint8Array }>;
  };
  const { wasm } = await buildFirmware({ sketch: folder(path), halDir: folder('..'), defines });
  return wasm;
}

export async function stopCompilers(): Promise<void> {
  const pipeline = '../../../tools/firmware/index.ts';
  const { closeCompilers } = (await import(pipeline)) as { closeCompilers(): Promise<void> | void };
  await closeCompilers();
}
