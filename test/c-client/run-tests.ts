import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a run of the core's tests said. */
export interface TestRun {
  /** By name. */
  passed: string[];
  failed: string[];
  /** Lines that begin with `#`, and why it ended where it did not end by itself. */
  notes: string[];
}

/** Runs a program of tests: a native one by its path, or WASI by its bytes; only tests whose name has `filter`. */
export function runTests(program: string | Uint8Array, filter = '', timeoutMs = 300_000): TestRun {
  if (typeof program === 'string') return run(program, filter ? [filter] : [], timeoutMs);
  const folder = mkdtempSync(join(tmpdir(), 'ota-core-'));
  try {
    const path = join(folder, 'tests.wasm');
    writeFileSync(path, program);
    const runner = join(import.meta.dirname, 'wasi-main.ts');
    const flags = ['--disable-warning=ExperimentalWarning'];
    return run(process.execPath, [...flags, runner, path, ...(filter ? [filter] : [])], timeoutMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[], timeout: number): TestRun {
  const { stdout, stderr, status, signal, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: 50e6,
  });
  const lines = stdout?.split('\n') ?? [];
  const named = (prefix: string) =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  const failed = named('not ok ');
  const notes = lines.filter((line) => line.startsWith('#'));
  const orderly = status === 0 ? failed.length === 0 : status === 1 && failed.length > 0;
  if (!orderly) {
    const why = error?.message ?? stderr?.trim().slice(-2000);
    notes.push(`ended with ${signal ?? status}: ${why}`);
    failed.push(`the test after "${named('ok ').at(-1) ?? 'the start'}"`);
  }
  return { passed: named('ok '), failed, notes };
}
