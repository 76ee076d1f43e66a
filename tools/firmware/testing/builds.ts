import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildFirmware } from '../build.ts';
import { BuildError } from '../build-error.ts';
import type { BuildOptions, BuildResult, Diagnostic } from '../types.ts';
import { HAL_MINI, type Workspace, workspace } from './workspace.ts';

/** A workspace whose sketches are built with the fixture HAL and share one cache. */
export interface BuildSpace extends Workspace {
  cacheDir: string;
  /** A name not used before. */
  next(): string;
  /** Builds `files` as a new sketch folder; ".ino" stands for its main file. */
  build(files: Record<string, string>, options?: Partial<BuildOptions>): Promise<BuildResult>;
}

export function buildSpace(): BuildSpace {
  const space = workspace();
  const cacheDir = join(space.dir, 'cache');
  mkdirSync(cacheDir);
  let serial = 0;
  const next = (): string => `s${++serial}`;
  return {
    ...space,
    cacheDir,
    next,
    build(files, options = {}) {
      const name = next();
      const inFolder = Object.fromEntries(
        Object.entries(files).map(([path, text]) => [
          `${name}/${path === '.ino' ? `${name}.ino` : path}`,
          text,
        ]),
      );
      return buildFirmware({
        sketch: space.write(inFolder),
        halDir: HAL_MINI,
        cacheDir,
        ...options,
      });
    },
  };
}

/** The diagnostics of a build that must fail. */
export async function errorsOf(promise: Promise<unknown>): Promise<Diagnostic[]> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BuildError);
  return (error as BuildError).diagnostics;
}
