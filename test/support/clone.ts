import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './bench.ts';

export interface Clone {
  dir: string;
  remove(): void;
}

/**
 * A copy of this repository's files (not of what it ignores) in a folder of its own below `name`, with the installed packages
 * linked in. `cache`: sharing what has been compiled so far, else it compiles everything itself.
 */
export function cloneRepository(name: string, cache: boolean): Clone {
  const parent = mkdtempSync(join(tmpdir(), 'clone-'));
  const dir = join(parent, name);
  mkdirSync(dir, { recursive: true });
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  for (const file of files) {
    if (!lstatSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile()) continue;
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    cpSync(join(ROOT, file), join(dir, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  if (cache) {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    symlinkSync(join(ROOT, '.cache'), join(dir, '.cache'));
  }
  return { dir, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
