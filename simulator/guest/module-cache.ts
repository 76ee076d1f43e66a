import { bytesKnower, remembered } from '../board/known-bytes.ts';

// Its own, so that no torn image takes the place of a module: compiling takes longest of all.
const knownGuest = bytesKnower();
const compiled = remembered((wasm) => new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>));

/** Compiles a guest once for the same bytes, however many boards run it. @throws WebAssembly.CompileError */
export function compileGuest(wasm: Uint8Array): WebAssembly.Module {
  return compiled(knownGuest(wasm));
}
