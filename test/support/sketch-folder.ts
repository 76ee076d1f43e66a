import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface SketchFolder {
  /** Absolute, outside this repository. */
  dir: string;
  remove(): void;
}

/** Files of a user's own, path → text, in a temporary folder. */
export function sketchFolder(files: Record<string, string>): SketchFolder {
  const dir = mkdtempSync(join(tmpdir(), 'user-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
