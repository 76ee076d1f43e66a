import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** A process that has a port open. */
export interface Holder {
  pid: number;
  name: string;
}

/** Who has this device open, as far as Linux tells this user; nobody elsewhere. */
export function holdersOf(path: string, proc = '/proc'): Holder[] {
  let real: string;
  let pids: string[];
  try {
    real = realpathSync(path);
    pids = readdirSync(proc).filter((entry) => /^\d+$/.test(entry));
  } catch {
    return [];
  }
  return pids
    .filter((pid) => Number(pid) !== process.pid && hasOpen(`${proc}/${pid}`, real))
    .map((pid) => ({ pid: Number(pid), name: nameOf(`${proc}/${pid}`) }));
}

function hasOpen(folder: string, path: string): boolean {
  try {
    return readdirSync(`${folder}/fd`).some((fd) => linkOf(`${folder}/fd/${fd}`) === path);
  } catch {
    return false; // gone already, or another user's
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function nameOf(folder: string): string {
  try {
    return readFileSync(`${folder}/comm`, 'utf8').trim();
  } catch {
    return 'a process';
  }
}
