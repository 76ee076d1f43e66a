/** Sketch folders for tests: temporary, with the fixture HAL beside them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package-root.ts';

export const HAL_MINI = join(packageRoot(), 'test', 'fixtures', 'hal-mini');

export interface Workspace {
  dir: string;
  /** Writes `files` (path → text) below the folder and returns the path of the first one's folder. */
  write(files: Record<string, string>): string;
  remove(): void;
}

export function workspace(): Workspace {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'firmware-')));
  return {
    dir,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), text);
      }
      return dirname(join(dir, Object.keys(files)[0]!));
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The part of the WebAssembly API that the tests use; Node's types lack it. */
export interface WasmMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}
export interface WasmGlobal {
  value: number;
}
type WasmModule = { readonly wasm: unique symbol };
type Imports = Record<string, Record<string, (...args: number[]) => unknown>>;
interface WasmEngine {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  validate(bytes: Uint8Array): boolean;
  instantiate(module: WasmModule, imports: Imports): Promise<{ exports: Record<string, unknown> }>;
  Module: {
    imports(module: WasmModule): { module: string; name: string }[];
    customSections(module: WasmModule, name: string): ArrayBuffer[];
  };
}
export const wasmEngine = WebAssembly as unknown as WasmEngine;

export interface GuestRun {
  prints: string[];
  exports: Record<string, unknown>;
}

/** Boots a guest of the fixture HAL: constructors, hal_start, one loop pass. */
export async function runGuest(wasm: Uint8Array): Promise<GuestRun> {
  const prints: string[] = [];
  const module = await wasmEngine.compile(wasm);
  const imports: Imports = { wasi_snapshot_preview1: {}, mini: {} };
  for (const { module: from, name } of wasmEngine.Module.imports(module)) {
    imports[from]![name] = () => 0;
  }
  let memory: WasmMemory;
  imports.mini!.print = (pointer = 0, length = 0) => {
    prints.push(new TextDecoder().decode(new Uint8Array(memory.buffer, pointer, length)));
  };
  const { exports } = await wasmEngine.instantiate(module, imports);
  memory = exports.memory as WasmMemory;
  for (const name of ['__wasm_call_ctors', 'hal_start', 'hal_loop_pass']) {
    (exports[name] as () => void)();
  }
  return { prints, exports };
}
