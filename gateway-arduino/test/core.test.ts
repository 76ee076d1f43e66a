// Runs the library's own C++ tests: one vitest case for each TEST in *_test.cpp.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCoreTests } from './build-core.ts';

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  test_count(): number;
  test_name(index: number): number;
  test_run(index: number): number;
}

/** The names as the sources state them: what is compiled must be exactly these. */
function namesInSources(): string[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('_test.cpp'));
  return files.sort().flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [...text.matchAll(/^TEST\("([^"]+)"\)/gm)].map((match) => match[1] ?? '');
  });
}

describe('MeshSwarm core', () => {
  const results = new Map<string, string>();

  beforeAll(async () => {
    const module = new WebAssembly.Module(await buildCoreTests());
    const imports: WebAssembly.Imports = {};
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      const refuse = () => {
        throw new Error(`the core called ${name}: it must not need the outside world`);
      };
      imports[space] = { ...imports[space], [name]: refuse };
    }
    const exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
    const text = (at: number) => {
      const bytes = new Uint8Array(exports.memory.buffer);
      return new TextDecoder().decode(bytes.slice(at, bytes.indexOf(0, at)));
    };
    exports._initialize();
    for (let i = 0; i < exports.test_count(); i++) {
      results.set(text(exports.test_name(i)), text(exports.test_run(i)));
    }
  });

  it('compiles every test that the sources name', () => {
    expect([...results.keys()].sort()).toEqual(namesInSources().sort());
  });

  for (const name of namesInSources()) {
    it(name, () => expect(results.get(name)).toBe(''));
  }
});
