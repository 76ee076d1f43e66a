import type { Params, Result, Router } from 'hono/router';

interface Line<T> {
  /** Segments that are what they are, by place, the last first: paths of a table begin alike. */
  fixed: [place: number, text: string][];
  params: [place: number, name: string][];
  handler: T;
}

/** Every line of one method. */
interface Table<T> {
  /** Paths without parameters. */
  fixed: Map<string, T>;
  /** The others, by how many segments they have, in the order in which they were added. */
  patterns: Line<T>[][];
}

/**
 * Finds the one handler of a method and path among fixed paths and paths with whole segments as
 * parameters (`/updates/:id`); fixed ones win. Hono's fast router refuses tables in which both fit a
 * path, and its other one takes ten times as long as this.
 */
export class RouteRouter<T> implements Router<T> {
  readonly name = 'RouteRouter';
  readonly #tables = new Map<string, Table<T>>();

  add(method: string, path: string, handler: T): void {
    let table = this.#tables.get(method);
    if (!table) {
      table = { fixed: new Map(), patterns: [] };
      this.#tables.set(method, table);
    }
    if (/[*?{]/.test(path)) throw new Error(`${path}: only whole segments may be parameters.`);
    if (!path.includes(':')) {
      if (!table.fixed.has(path)) table.fixed.set(path, handler);
      return;
    }
    const segments = [...path.split('/').entries()];
    const isParam = ([, text]: [number, string]) => text.startsWith(':');
    const fixed = segments.filter((segment) => !isParam(segment)).reverse();
    const params = segments.filter(isParam).map(([place, text]) => [place, text.slice(1)]);
    table.patterns[segments.length] ??= [];
    table.patterns[segments.length]?.push({ fixed, params: params as Line<T>['params'], handler });
  }

  match(method: string, path: string): Result<T> {
    const table = this.#tables.get(method);
    const fixed = table?.fixed.get(path);
    if (fixed !== undefined) return [[[fixed, {}]]];
    if (!table || table.patterns.length === 0) return [[]];
    const given = path.split('/');
    for (const line of table.patterns[given.length] ?? []) {
      const params = paramsOf(line, given);
      if (params) return [[[line.handler, params]]];
    }
    return [[]];
  }
}

/** `undefined` where the path is another; a parameter is never empty. */
function paramsOf(line: Line<unknown>, given: readonly string[]): Params | undefined {
  for (const [place, text] of line.fixed) if (given[place] !== text) return undefined;
  const params: Params = {};
  for (const [place, name] of line.params) {
    const value = given[place] as string;
    if (value === '') return undefined;
    params[name] = value;
  }
  return params;
}
