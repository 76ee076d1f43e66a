import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The ESP-IDF project. */
export const PROJECT = join(import.meta.dirname, '../../firmware-c');

export const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** One `config` of a Kconfig file, by the text alone: no parser of ours stands between file and test. */
export interface Option {
  type: string;
  /** As written, "y" for a bool; undefined: none. */
  fallback?: string;
}

export function options(path: string): Map<string, Option> {
  const found = new Map<string, Option>();
  let name = '';
  for (const line of read(path).split('\n')) {
    const config = /^\s*config (\w+)$/.exec(line);
    const type = /^\s+(bool|int|string|hex) "/.exec(line);
    const fallback = /^\s+default (.+?)(?: if .*)?$/.exec(line);
    if (config) name = config[1]!;
    if (type && name) found.set(name, { type: type[1]! });
    const option = found.get(name);
    if (fallback && option) option.fallback = fallback[1]!;
  }
  return found;
}

/** Rows of the README's tables, cells trimmed. */
export function tableRows(text: string): string[][] {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return lines.map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}
