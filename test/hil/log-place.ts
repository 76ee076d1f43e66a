import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a log belongs to. */
export interface LogOwner {
  /** Path of the test file. */
  file: string;
  /** Name of the test, its suites included. */
  test: string;
  /** 0 the first time. */
  retry: number;
}

/** `logs/<file>/<test>/<board>.log`, with `.retry-1` where it was tried again. An older log of the same test goes. */
export function logFileFor(folder: string, { file, test, retry }: LogOwner, board: string): string {
  const name = basename(file).replace(/(\.test)?\.[cm]?[jt]s$/, '');
  const place = join(folder, plain(name), plain(test));
  mkdirSync(place, { recursive: true });
  const path = join(place, `${plain(board)}${retry > 0 ? `.retry-${retry}` : ''}.log`);
  rmSync(path, { force: true });
  return path;
}

function plain(text: string): string {
  return (
    text
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|-+$/g, '')
      .slice(0, 100) || 'unnamed'
  );
}
