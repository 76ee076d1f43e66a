import { expect, test } from 'vitest';
import { runTests } from './run-tests.ts';
import { coreSources } from './sources.ts';
import { buildWasmTests } from './wasm-build.ts';

test("the C client's core passes its host tests as WebAssembly", async () => {
  const run = runTests(await buildWasmTests(coreSources()));
  expect({ failed: run.failed, notes: run.failed.length > 0 ? run.notes : [] }).toEqual({
    failed: [],
    notes: [],
  });
  expect(run.passed.length).toBeGreaterThan(150);
  expect(run.notes.filter((note) => note.startsWith('# matrix:'))).toHaveLength(7);
}, 600_000);
