import { NativeTests } from '../c-client/native-build.ts';
import { runTests, type TestRun } from '../c-client/run-tests.ts';
import { coreSources } from '../c-client/sources.ts';
import { buildWasmTests } from '../c-client/wasm-build.ts';
import { applyEdit } from '../support/mutants.ts';
import { missingTools } from '../system/tools.ts';
import { C_CLIENT_MUTANTS } from './c-client-mutants.ts';
import type { Mutant, MutantSuite, Verdict } from './suite.ts';

/** The slowest of these tests takes a second; a mutant that never ends is caught by that. */
const LIMIT_MS = 60_000;

/** The core of the C client by gcc, or as WebAssembly where there is none. */
export const C_CLIENT: MutantSuite = {
  title: 'core of the C client',
  mutants: C_CLIENT_MUTANTS,
  open: () => (missingTools().some(({ command }) => command === 'gcc') ? openWasm() : openNative()),
};

async function openNative() {
  const files = coreSources();
  const tests = new NativeTests(files);
  const sound = passed(runTests(tests.link()));
  return {
    by: 'gcc',
    judge: async (mutant: Mutant): Promise<Verdict> => {
      const program = tests.linkWith(mutant.file, mutated(files, mutant));
      return verdict(mutant, runTests(program, mutant.test, LIMIT_MS), sound);
    },
    close: () => tests.close(),
  };
}

async function openWasm() {
  const files = coreSources();
  const sound = passed(runTests(await buildWasmTests(files)));
  return {
    by: '@yowasp/clang as WebAssembly',
    judge: async (mutant: Mutant): Promise<Verdict> => {
      const text = new TextEncoder().encode(mutated(files, mutant));
      const program = await buildWasmTests(new Map(files).set(mutant.file, text));
      return verdict(mutant, runTests(program, mutant.test, LIMIT_MS), sound);
    },
    close: () => {},
  };
}

function mutated(files: ReadonlyMap<string, Uint8Array>, mutant: Mutant): string {
  const source = files.get(mutant.file);
  if (!source) throw new Error(`mutant "${mutant.name}": there is no ${mutant.file}`);
  return applyEdit(new TextDecoder().decode(source), mutant);
}

/** Of the named test alone, which passes without the mutant: a test that does not exist catches nothing. */
function verdict(mutant: Mutant, run: TestRun, sound: ReadonlySet<string>): Verdict {
  if (!sound.has(mutant.test)) throw new Error(`there is no test "${mutant.test}" that passes`);
  // A run takes every test whose name has this one's; a program that died has not said of it that it passed.
  return { caught: !run.passed.includes(mutant.test), by: mutant.test };
}

function passed(run: TestRun): ReadonlySet<string> {
  if (run.failed.length > 0) throw new Error(`without any mutant ${run.failed.join(', ')} fails`);
  return new Set(run.passed);
}
