import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FUZZ_SEEDS } from '../c-client/fuzz-seeds.ts';
import { COMPONENT } from '../c-client/sources.ts';

/** The core of the C client under what only compilers of the system have. */
const folder = mkdtempSync(join(tmpdir(), 'ota-core-'));
const TESTS = join(COMPONENT, 'test');
const SOURCES = globSync(join(COMPONENT, 'src/*.c')).sort();
const FUZZ_SECONDS = 5;

async function run(command: string, args: string[], env: Record<string, string> = {}) {
  const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 50e6 };
  const { stdout, stderr } = await promisify(execFile)(command, args, options).catch((error) => {
    throw new Error(`${command} ${args.join(' ')}: ${error.stdout ?? ''}${error.stderr ?? error}`);
  });
  return { stdout, stderr };
}

async function build(name: string, compiler: string, ...options: string[]): Promise<string> {
  const on = options.map((option) => `-D${option}=ON`);
  const how = [`-DCMAKE_C_COMPILER=${compiler}`, '-DCMAKE_BUILD_TYPE=RelWithDebInfo', ...on];
  await run('cmake', ['-S', TESTS, '-B', name, ...how]);
  await run('cmake', ['--build', name, '-j', String(availableParallelism())]);
  return join(folder, name);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('passes its tests with AddressSanitizer and UBSan, by gcc', async () => {
  const { stdout } = await run(join(await build('gcc', 'gcc', 'SANITIZE'), 'ota_tests'), []);
  expect(stdout).toMatch(/\n\d{3} tests, 0 failed\n$/);
});

test('is covered by them: 95 % of its lines, 90 % of its branches', async () => {
  const dir = await build('coverage', 'clang', 'COVERAGE');
  const program = join(dir, 'ota_tests');
  await run(program, [], { LLVM_PROFILE_FILE: join(dir, 'raw') });
  await run('llvm-profdata', ['merge', join(dir, 'raw'), '-o', join(dir, 'data')]);
  const report = ['export', '-summary-only', program, `-instr-profile=${join(dir, 'data')}`];
  const { stdout } = await run('llvm-cov', report);
  const { lines, branches } = JSON.parse(stdout).data[0].totals;
  console.log(
    `core of the C client: ${lines.percent.toFixed(1)} % of ${lines.count} lines, ` +
      `${branches.percent.toFixed(1)} % of ${branches.count} branches`,
  );
  expect(lines.percent).toBeGreaterThanOrEqual(95);
  expect(branches.percent).toBeGreaterThanOrEqual(90);
});

describe('parsers of what a server sends', () => {
  const fuzzers = globSync(join(TESTS, 'fuzz/*_fuzz.c')).map((path) => basename(path, '.c'));
  let dir = '';
  beforeAll(async () => {
    dir = await build('fuzz', 'clang', 'FUZZ', 'SANITIZE');
  });

  test.each(fuzzers)(`survive ${FUZZ_SECONDS} s of %s`, async (name) => {
    const corpus = join(folder, `${name}-corpus`);
    mkdirSync(corpus);
    FUZZ_SEEDS[name]!.forEach((seed, i) => writeFileSync(join(corpus, String(i)), seed, 'latin1'));
    const limits = [`-max_total_time=${FUZZ_SECONDS}`, '-max_len=1000', '-seed=1', '-timeout=10'];
    const { stderr } = await run(join(dir, name), [corpus, ...limits]);
    const runs = Number(/Done (\d+) runs/.exec(stderr)?.[1]);
    console.log(`${name}: ${runs} runs`);
    expect(runs).toBeGreaterThan(1000);
  });
});

test('cppcheck has nothing to say', async () => {
  const include = ['include', 'src'].map((part) => `-I${join(COMPONENT, part)}`);
  const checks = '--enable=warning,style,performance,portability';
  const args = [checks, '--std=c99', '--inline-suppr', '--quiet', '--error-exitcode=1'];
  const { stderr } = await run('cppcheck', [...args, ...include, join(COMPONENT, 'src')]);
  expect(stderr).toBe('');
});

test('clang-tidy has nothing to say', async () => {
  await run('cmake', ['-S', TESTS, '-B', 'tidy', '-DCMAKE_C_COMPILER=clang']);
  const config = `--config-file=${join(TESTS, '.clang-tidy')}`;
  const { stdout } = await run('clang-tidy', ['-p', 'tidy', config, '--quiet', ...SOURCES]);
  expect(SOURCES.length).toBeGreaterThan(20);
  expect(stdout).not.toMatch(/(?:warning|error):/);
});
