// Those of the ports on ESP-IDF that a virtual board does not reach, since it has a later release: against fakes of the vendor.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTree } from '../../tools/firmware/file-set.ts';
import { runTests } from '../c-client/run-tests.ts';
import { coreSources } from '../c-client/sources.ts';
import { buildWasmProgram } from '../c-client/wasm-build.ts';
import { PROJECT } from './files.ts';

const HERE = join(import.meta.dirname, 'port');
const PORT = join(PROJECT, 'components/ota_client/port');

test('slot writer for ESP-IDF before 5.5, and the head of an answer', async () => {
  const files = new Map([...coreSources(), ...readTree(PORT, 'port'), ...readTree(HERE, 'fakes')]);
  const ours = globSync('*.c', { cwd: HERE }).map((name) => `fakes/${name}`);
  const program = await buildWasmProgram({
    files,
    units: [...ours, 'test/check.c', 'port/slot_writer_partition.c', 'port/http_head.c'].sort(),
    includeDirs: ['fakes', 'fakes/vendor', 'port', 'src', 'include', 'test'],
  });
  const run = runTests(program);
  expect({ failed: run.failed, notes: run.failed.length > 0 ? run.notes : [] }).toEqual({
    failed: [],
    notes: [],
  });
  const written = globSync('*_test.c', { cwd: HERE }).flatMap((name) => [
    ...readFileSync(join(HERE, name), 'utf8').matchAll(/^ {4}\{"(.+)", \w+\},$/gm),
  ]);
  expect(run.passed).toHaveLength(written.length);
}, 300_000);
