import type { Node } from 'web-tree-sitter';
import { parseCpp } from './cpp-parser.ts';
import { functionsOf, type InoFunction } from './ino-functions.ts';

/** A declaration to add in front of the character at `at`. */
export interface Prototype {
  at: number;
  /** Offset of the function's definition, whose place diagnostics name. */
  definedAt: number;
  /** Complete lines without the last newline, with their #if and #endif. */
  text: string;
  /** Default arguments that the prototype has taken over from the definition. */
  blanked: { from: number; to: number }[];
}

/** Placement macros of ESP-IDF. The chip's expand to a section with a counter, which must not differ
 * between declaration and definition, so a prototype goes without them. */
const ATTRIBUTE_MACRO = /\b[A-Z][A-Z0-9_]*_ATTR\b/g;

/**
 * The prototypes that the Arduino build adds to a sketch, so that functions may be used above their
 * definition. They go before the first function definition, or before an earlier declaration that
 * mentions one of the functions; one that needs a type, macro or constant of the sketch that comes later
 * follows that. (The Arduino IDE puts all in one place and fails on the latter.)
 */
export async function generatePrototypes(source: string): Promise<Prototype[]> {
  const text = source.replace(ATTRIBUTE_MACRO, (macro) => ' '.repeat(macro.length));
  const tree = await parseCpp(text);
  if (!tree) return [];
  try {
    const items = tree.rootNode.children;
    const functions = items.flatMap((item) => functionsOf(item, text));
    const wanted = undeclared(functions);
    if (wanted.length === 0) return [];
    const first = firstUser(items, wanted);
    const declared = declarations(items);
    const placed: Prototype[] = [];
    for (const fn of wanted) {
      const at = Math.max(first, ...[...fn.uses].map((name) => declared.get(name) ?? 0));
      // Needed only above the definition; a type declared below it is another one of that name.
      if (at <= fn.start) {
        placed.push({ at, definedAt: fn.start, text: lines(fn), blanked: fn.defaults });
      }
    }
    return placed.sort((a, b) => a.at - b.at || a.definedAt - b.definedAt);
  } finally {
    tree.delete();
  }
}

/** Definitions that the sketch itself does not declare. */
function undeclared(functions: InoFunction[]): InoFunction[] {
  const declared = functions.filter((fn) => !fn.defined);
  const seen = new Set<string>();
  return functions.filter((fn) => {
    if (!fn.defined) return false;
    if (declared.some((d) => d.name === fn.name && (d.restricted || d.signature === fn.signature)))
      return false;
    const key = `${fn.guards.join('\n')}\n${fn.prototype}`;
    return !seen.has(key) && seen.add(key);
  });
}

function firstUser(items: Node[], wanted: InoFunction[]): number {
  const names = new Set(wanted.map((fn) => fn.name));
  const first = items.find(
    (item) =>
      item.descendantsOfType('function_definition').some((d) => !insideClass(d, item)) ||
      (!item.type.startsWith('preproc_def') &&
        item.descendantsOfType('identifier').some((identifier) => names.has(identifier.text))),
  );
  return first?.startIndex ?? 0;
}

function insideClass(node: Node, top: Node): boolean {
  for (let at = node.parent; at && at.id !== top.id; at = at.parent) {
    if (at.type === 'field_declaration_list') return true;
  }
  return false;
}

const TYPES = ['struct_specifier', 'class_specifier', 'union_specifier', 'enum_specifier'];
const NAMED = [
  ...TYPES,
  'alias_declaration',
  'concept_definition',
  'namespace_definition',
  'preproc_def',
  'preproc_function_def',
  'enumerator',
];

/** Names that the top level declares → offset after the first such declaration. */
function declarations(items: Node[]): Map<string, number> {
  const ends = new Map<string, number>();
  items.forEach((item, index) => {
    if (item.type === 'function_definition') return;
    const following = items[index + 1];
    const end = following?.type === ';' ? following.endIndex : item.endIndex;
    for (const name of declaredNames(item)) if (!ends.has(name)) ends.set(name, end);
  });
  return ends;
}

function* declaredNames(item: Node): Iterable<string> {
  for (const node of item.descendantsOfType(NAMED)) {
    const name = node.childForFieldName('name');
    if (name && !(TYPES.includes(node.type) && usedOnly(node))) yield name.text;
  }
  for (const node of item.descendantsOfType('type_definition')) {
    for (const name of node.childrenForFieldName('declarator')) {
      yield* name ? name.descendantsOfType('type_identifier').map((n) => n.text) : [];
    }
  }
  for (const node of item.descendantsOfType('declaration')) {
    const constant = /^[^(){]*\b(?:const|constexpr)\b/.test(node.text);
    if (constant) yield* node.descendantsOfType('identifier').map((n) => n.text);
  }
}

/** `struct tm *t;` uses a type; `struct tm;` and `struct tm {…}` declare one. */
function usedOnly(node: Node): boolean {
  if (node.childForFieldName('body')) return false;
  const parent = node.parent?.type ?? '';
  return (
    parent === 'declaration' || parent === 'parameter_declaration' || parent === 'field_declaration'
  );
}

function lines(fn: InoFunction): string {
  if (fn.guards.length === 0) return `${fn.prototype};`;
  const ends = fn.guards.filter((guard) => /^#\s*if/.test(guard)).map(() => '#endif');
  return [...fn.guards, `${fn.prototype};`, ...ends].join('\n');
}
