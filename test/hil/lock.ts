import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RETRY_MS = 100;
const GUARD_MS = 10_000;

export interface LockOptions {
  /** Where the lock files are; one folder for all programs of this machine. */
  folder?: string;
  /** How long to wait for another holder, ms. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Takes what is named for this process alone, among all workers and runs of this machine. A holder that no longer lives has lost it.
 * @returns gives it back
 * @throws Error that names the holder, when the time is over
 */
export async function lock(what: string, options: LockOptions): Promise<() => void> {
  const folder = options.folder ?? join(tmpdir(), 'esp-ota-bench-locks');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${what.replace(/[^a-z0-9]+/gi, '-')}.lock`);
  const end = Date.now() + options.timeoutMs;
  for (;;) {
    if (take(file)) return () => rmSync(file, { force: true });
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) clearAway(file);
    else if (Date.now() >= end) {
      throw new Error(
        `${what} is in use by process ${holder ?? 'unknown'}; it was waited for ${options.timeoutMs / 1000} s`,
      );
    }
    options.signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function take(file: string): boolean {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead holder. One at a time, and it is looked at again: another may have taken it since. */
function clearAway(file: string): void {
  const guard = `${file}.guard`;
  if (!take(guard)) {
    // Left by one that died right here.
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > GUARD_MS) rmSync(guard, { force: true });
    return;
  }
  const holder = holderOf(file);
  if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
  rmSync(guard, { force: true });
}

/** undefined while it is being written, or has just gone. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
