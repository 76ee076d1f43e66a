import type { Dirent } from 'node:fs';
import { join } from 'node:path';

/** list(): the forms that project files use. @throws Error for the others */
export function listCommand(args: readonly string[], variables: Map<string, string>): void {
  const [how = '', name = '', ...values] = args;
  const list = (variables.get(name) ?? '').split(';').filter((item) => item !== '');
  const store = (items: readonly string[]) => variables.set(name, items.join(';'));
  if (how === 'APPEND') store([...list, ...values]);
  else if (how === 'PREPEND') store([...values, ...list]);
  else if (how === 'INSERT') store(list.toSpliced(Number(values[0]), 0, ...values.slice(1)));
  else if (how === 'REMOVE_ITEM') store(list.filter((item) => !values.includes(item)));
  else if (how === 'REMOVE_DUPLICATES') store([...new Set(list)]);
  else if (how === 'REVERSE') store(list.toReversed());
  else if (how === 'SORT') store(list.toSorted());
  else if (how === 'LENGTH') variables.set(values[0] ?? '', String(list.length));
  else if (how === 'FILTER') {
    const pattern = new RegExp(values[2] ?? '');
    store(list.filter((item) => pattern.test(item) === (values[0] === 'INCLUDE')));
  } else throw new Error(`list(${how} …) is not understood here`);
}

/** string(). @throws Error for a form that is not known */
export function stringCommand(args: readonly string[], variables: Map<string, string>): void {
  const [how = '', ...rest] = args;
  if (how === 'TOUPPER') variables.set(rest[1] ?? '', (rest[0] ?? '').toUpperCase());
  else if (how === 'TOLOWER') variables.set(rest[1] ?? '', (rest[0] ?? '').toLowerCase());
  else if (how === 'STRIP') variables.set(rest[1] ?? '', (rest[0] ?? '').trim());
  else if (how === 'APPEND')
    variables.set(rest[0] ?? '', (variables.get(rest[0] ?? '') ?? '') + rest.slice(1).join(''));
  else if (how === 'REPLACE')
    variables.set(
      rest[2] ?? '',
      rest
        .slice(3)
        .join('')
        .replaceAll(rest[0] ?? '', rest[1] ?? ''),
    );
  else throw new Error(`string(${how} …) is not understood here`);
}

const HIDDEN = /^\./;
const DEPTH_MAX = 16;

/** file(GLOB …) and file(GLOB_RECURSE …), in a stable order. @throws Error for other forms: a build writes no files */
export function fileCommand(
  args: readonly string[],
  variables: Map<string, string>,
  entriesOf: (dir: string) => Dirent[],
): void {
  const [how = '', name = '', ...rest] = args;
  if (how !== 'GLOB' && how !== 'GLOB_RECURSE')
    throw new Error(`file(${how} …) is not understood here`);
  const base = variables.get('CMAKE_CURRENT_LIST_DIR') ?? '.';
  const relativeAt = rest.indexOf('RELATIVE');
  const relative = relativeAt < 0 ? undefined : rest[relativeAt + 1];
  const patterns = rest.filter(
    (word, i) =>
      word !== 'CONFIGURE_DEPENDS' && (relativeAt < 0 || i < relativeAt || i > relativeAt + 1),
  );
  const found = patterns.flatMap((pattern) =>
    glob(pattern, base, how === 'GLOB_RECURSE', entriesOf),
  );
  const paths = relative
    ? found.map((path) =>
        path.startsWith(`${relative}/`) ? path.slice(relative.length + 1) : path,
      )
    : found;
  variables.set(name, paths.sort().join(';'));
}

function glob(
  pattern: string,
  base: string,
  deep: boolean,
  entriesOf: (dir: string) => Dirent[],
): string[] {
  const full = pattern.startsWith('/') ? pattern : join(base, pattern);
  const cut = full.lastIndexOf('/');
  const [dir, name] = [full.slice(0, cut), full.slice(cut + 1)];
  if (/[*?[]/.test(dir))
    throw new Error(`file(GLOB): wildcards are taken in file names only: ${pattern}`);
  const wanted = new RegExp(
    `^${name
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  const visit = (folder: string, depth: number): string[] => {
    let entries: Dirent[];
    try {
      entries = entriesOf(folder);
    } catch {
      return [];
    }
    return entries.flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return deep && depth < DEPTH_MAX && !HIDDEN.test(entry.name) ? visit(path, depth + 1) : [];
      return wanted.test(entry.name) ? [path] : [];
    });
  };
  return visit(dir, 0);
}
