import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A temporary file of a process that cannot be asked (another machine) is dead after this long, in ms. */
const FOREIGN_AGE = 24 * 60 * 60 * 1000;

/** This machine, and where process ids are counted apart (containers), that part of it. */
function home(): string {
  let space = '';
  try {
    space = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    // No /proc: one space of process ids.
  }
  return `${hostname()}~${space}`;
}

const HOME = home();
/** Tells this process from an earlier one that had its id. */
const TOKEN = randomBytes(4).toString('hex');
let count = 0;

/** A name for a new temporary file that no other process gives. */
export function temporaryName(): string {
  count += 1;
  return `${HOME}-${process.pid}-${TOKEN}${count}.part`;
}

/**
 * Removes what processes that are gone left in `folder`: those of this machine at once, others after a day. What living
 * processes are writing stays.
 */
export async function removeLeftovers(folder: string, now: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder).catch(noFolder)) {
    const path = join(folder, name);
    if (!(await isDead(path, name, now))) continue;
    await rm(path, { force: true });
    removed.push(name);
  }
  return removed;
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function isDead(path: string, name: string, now: number): Promise<boolean> {
  const match = /^(.*)-(\d+)-([0-9a-f]{8})\d+\.part/.exec(name);
  if (match && match[1] === HOME) {
    const pid = Number(match[2]);
    if (pid === process.pid && match[3] === TOKEN) return false;
    if (pid !== process.pid && !isAlive(pid)) return true;
  }
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && now - found.mtimeMs > FOREIGN_AGE;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
