import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf } from '../support/input.ts';

/**
 * Makes a folder and those above it, where they are not there. Step by step: Node's own recursion never ends where a folder is there and
 * takes no other, as /proc.
 * @throws Error a sentence that names the folder
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  try {
    for (const folder of missing) makeOne(folder);
  } catch (error) {
    throw new Error(`cannot make the folder ${path}: ${reasonOf(error)}`);
  }
  if (!statSync(path).isDirectory()) {
    throw new Error(`cannot make the folder ${path}: there is already a file by that name`);
  }
}

/** Another run may have been faster. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
