import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem } from './problem.ts';

export type Path = readonly PropertyKey[];

/** A YAML text as plain values, and where each of them stands. */
export interface YamlDocument {
  value: unknown;
  /** Where the value at `path` begins; the nearest that exists where it does not. */
  locate(path: Path): Pick<Problem, 'line' | 'column'>;
  /** Where the key itself stands that leads to `path`. */
  locateKey(path: Path): Pick<Problem, 'line' | 'column'>;
}

/** More than any scenario needs; an alias bomb or a machine-made file ends here. */
const LENGTH_MAX = 1_000_000;

/**
 * Reads YAML 1.2 (core schema): one document, keys once each, no tags, no anchors: what a reader sees is what there is.
 * Answers what is wrong instead where it is not that.
 */
export function readYaml(text: string): YamlDocument | Problem[] {
  if (text.length > LENGTH_MAX) {
    return [{ line: 1, column: 1, message: `the file has more than ${LENGTH_MAX} characters` }];
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    const message = 'this is no text file: it has a byte 0 here';
    return [{ line: before.length, column: before.at(-1)!.length + 1, message }];
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return faults.map(({ pos, message }) => ({ ...at(pos[0]), message: plain(message) }));
  }
  const alias = firstAlias(document);
  if (alias !== undefined) {
    return [{ ...at(alias), message: 'aliases (*name) are not used in scenarios: write it out' }];
  }
  const key = firstOddKey(document);
  if (key !== undefined) {
    return [{ ...at(key), message: 'a key is a word or a number, and not __proto__' }];
  }
  const start = (node: unknown) => at((node as Node | null)?.range?.[0] ?? 0);
  return {
    value: document.toJS(),
    locate: (path) => start(walk(document.contents, path).node),
    locateKey(path) {
      const { node, key } = walk(document.contents, path);
      return start(key ?? node);
    },
  };
}

function walk(root: unknown, path: Path): { node: unknown; key: unknown } {
  let [node, key]: unknown[] = [root, undefined];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && nameOf(item.key) === String(step));
      if (!pair) break;
      key = pair.key;
      node = pair.value ?? pair.key;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) break;
      [node, key] = [item, undefined];
    } else break;
  }
  return { node, key };
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function firstAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, node) {
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Of a key that a plain object cannot have as the file writes it: a list, a map, nothing, or what JavaScript takes for its own. */
function firstOddKey(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Pair(_, { key }) {
      const value = isScalar(key) ? key.value : undefined;
      const odd = typeof value !== 'string' && typeof value !== 'number';
      if (!odd && value !== '__proto__') return undefined;
      offset = (key as Node | null)?.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

const QUOTE_IT = 'a text with ": " in it stands in quotes';

/** A library that quotes the file may quote all of it. */
const MESSAGE_MAX = 200;

/** The library's sentence without its own line and column. */
function plain(message: string): string {
  const [first = ''] = message.split('\n');
  const bare = first.replace(/ at line \d+, column \d+:?$/, '');
  const sentence = bare.startsWith('Nested mappings') ? `${bare}: ${QUOTE_IT}` : bare;
  return sentence.length > MESSAGE_MAX ? `${sentence.slice(0, MESSAGE_MAX - 1)}…` : sentence;
}
