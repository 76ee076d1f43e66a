import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

/** `node wasi-main.ts PROGRAM.wasm [ARGUMENTS…]`: runs a WASI program with this process's output, and ends as it does. */
const [, , path = '', ...args] = process.argv;
const wasi = new WASI({ version: 'preview1', args: ['program', ...args], returnOnExit: true });
const module = await WebAssembly.compile(readFileSync(path));
process.exitCode = wasi.start(
  await WebAssembly.instantiate(module, wasi.getImportObject() as WebAssembly.Imports),
);
