import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isIdfProject } from '../../firmware/index.ts';

/** Firmware in a repository. */
export interface FoundFirmware {
  kind: 'sketch' | 'esp-idf';
  /** Folder, from the repository, with slashes; "." for the repository itself. */
  folder: string;
  name: string;
  /** Role of MESHSWARM_IMAGE: it updates itself over the mesh. */
  role?: string;
}

const DEPTH_MAX = 4;
const SKIPPED = /^(\.|node_modules$|build$|dist$|managed_components$|components$|libraries$|lib$)/;

/** Sketches and ESP-IDF projects in a folder, nearest first. */
export function findFirmware(root: string, folder = root, depth = 0): FoundFirmware[] {
  const own = firmwareIn(root, folder);
  if (own) return [own];
  if (depth >= DEPTH_MAX) return [];
  return subfolders(folder).flatMap((name) => findFirmware(root, join(folder, name), depth + 1));
}

/** The firmware of one folder; undefined where there is none. */
export function firmwareIn(root: string, folder: string): FoundFirmware | undefined {
  const place = relative(root, folder).replaceAll('\\', '/') || '.';
  const name = plainName(basename(folder));
  const sketch = join(folder, `${basename(folder)}.ino`);
  const inos = entries(folder).filter((entry) => entry.isFile() && entry.name.endsWith('.ino'));
  if (existsSync(sketch) || inos.length === 1) {
    const file = existsSync(sketch) ? sketch : join(folder, inos[0]!.name);
    return { kind: 'sketch', folder: place, name, role: roleOf(file) };
  }
  if (isIdfProject(folder)) return { kind: 'esp-idf', folder: place, name };
  return undefined;
}

function subfolders(folder: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function roleOf(file: string): string | undefined {
  return /\bMESHSWARM_IMAGE\(\s*"([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
}

/** As boards and firmware of the configuration may be called. */
function plainName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z]+/, '');
  return name.slice(0, 24) || 'app';
}
