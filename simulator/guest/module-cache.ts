import { createHash } from 'node:crypto';

const cache = new Map<string, WebAssembly.Module>();
const LIMIT = 64;

/** Compiles a guest once for each distinct content, however many boards run it. @throws WebAssembly.CompileError */
export function compileGuest(wasm: Uint8Array): WebAssembly.Module {
  const key = createHash('sha256').update(wasm).digest('hex');
  const known = cache.get(key);
  if (known) return known;
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  if (cache.size >= LIMIT) cache.delete(cache.keys().next().value!);
  cache.set(key, module);
  return module;
}
