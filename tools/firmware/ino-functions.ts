import type { Node } from 'web-tree-sitter';

/** A function that an .ino defines or declares outside of classes and namespaces. */
export interface InoFunction {
  name: string;
  defined: boolean;
  /** Parameter types without names and default values: tells overloads apart. */
  signature: string;
  /** Declared static, or with C linkage: a second declaration must agree. */
  restricted: boolean;
  /** One line, without ';'. */
  prototype: string;
  /** Default arguments in the definition ("= 5"): once the prototype states them it may not. */
  defaults: { from: number; to: number }[];
  /** Preprocessor lines to repeat around the prototype: ["#ifdef DEBUG"], ["#if A", "#else"]. */
  guards: string[];
  /** Names of types, macros and constants that the prototype mentions. */
  uses: Set<string>;
  /** Offset of the definition's first character. */
  start: number;
}

const CONDITIONALS = new Set([
  'preproc_if',
  'preproc_ifdef',
  'preproc_elif',
  'preproc_elifdef',
  'preproc_else',
]);
const KEYWORDS = new Set([
  'if',
  'else',
  'for',
  'while',
  'do',
  'switch',
  'return',
  'catch',
  'sizeof',
  'new',
  'delete',
]);
/** Real code nests conditionals a few levels deep. */
const DEPTH_MAX = 64;

interface Context {
  guards: string[];
  linkage: string;
  depth: number;
}

/** All functions below a node of the file's top level, those under #if and extern "C" too. `text` is what
 * the tree was parsed from. */
export function functionsOf(node: Node, text: string): InoFunction[] {
  const found: InoFunction[] = [];
  visit(node, { guards: [], linkage: '', depth: 0 }, text, found);
  return found;
}

function visit(node: Node, context: Context, text: string, found: InoFunction[]): void {
  if (context.depth > DEPTH_MAX) return;
  const next = { ...context, depth: context.depth + 1 };
  if (CONDITIONALS.has(node.type)) visitConditional(node, next, text, found);
  else if (node.type === 'linkage_specification') {
    next.linkage = node.childForFieldName('value')?.text ?? '';
    const body = node.childForFieldName('body');
    if (body) visit(body, next, text, found);
  } else if (node.type === 'declaration_list') {
    for (const child of node.namedChildren) visit(child, next, text, found);
  } else if (node.type === 'template_declaration') {
    const inner = node.namedChildren.find(
      (c) => c.type === 'function_definition' || c.type === 'declaration',
    );
    if (inner) collect(inner, node, context, text, found);
  } else if (node.type === 'function_definition' || node.type === 'declaration') {
    collect(node, node, context, text, found);
  }
}

function visitConditional(node: Node, context: Context, text: string, found: InoFunction[]): void {
  const condition = node.childForFieldName('condition') ?? node.childForFieldName('name');
  const head = text.slice(node.startIndex, condition?.endIndex ?? node.startIndex + '#else'.length);
  const guards = [...context.guards, head.replace(/\\\r?\n/g, ' ')];
  const alternative = node.childForFieldName('alternative');
  for (const child of node.namedChildren) {
    if (child.id === alternative?.id || child.id === condition?.id) continue;
    visit(child, { ...context, guards }, text, found);
  }
  if (alternative) visit(alternative, { ...context, guards }, text, found);
}

/** `outer` is the template around `node`, or `node` itself. */
function collect(
  node: Node,
  outer: Node,
  context: Context,
  text: string,
  found: InoFunction[],
): void {
  const body =
    node.childForFieldName('body') ?? node.namedChildren.find((c) => c.type === 'try_statement');
  const declarator = functionDeclarator(node);
  const name = declarator?.childForFieldName('declarator')?.text ?? '';
  if (!declarator || KEYWORDS.has(name) || !node.childForFieldName('type')) return;
  const defined = node.type === 'function_definition';
  if (defined && body?.type !== 'compound_statement' && body?.type !== 'try_statement') return;
  const end = body?.startIndex ?? node.endIndex;
  const head = headOf(outer, end, text);
  if (head === undefined) return;
  const restricted = context.linkage !== '' || /\bstatic\b/.test(head.text);
  found.push({
    name,
    defined,
    signature: signatureOf(declarator, text),
    restricted,
    prototype: context.linkage === '' ? head.text : `extern ${context.linkage} ${head.text}`,
    defaults: head.defaults,
    guards: context.guards,
    uses: head.uses,
    start: outer.startIndex,
  });
}

/** The declarator that has the function's name and parameters: inside of `*`, `&` and brackets. */
function functionDeclarator(node: Node): Node | undefined {
  let at: Node | null = node.childForFieldName('declarator');
  for (let depth = 0; at && depth < DEPTH_MAX; depth++) {
    const inner: Node | null =
      at.childForFieldName('declarator') ??
      at.namedChildren.find((c) => c.type.endsWith('declarator')) ??
      null;
    if (at.type === 'function_declarator' && inner?.type === 'identifier') return at;
    at = inner ?? at.namedChildren.find((c) => c.type.endsWith('_declarator')) ?? null;
  }
  return undefined;
}

const DEFAULTED = new Set([
  'optional_parameter_declaration',
  'optional_type_parameter_declaration',
]);
const NAMES = new Set(['identifier', 'type_identifier', 'namespace_identifier']);

interface Span {
  from: number;
  to: number;
}

interface Head {
  text: string;
  uses: Set<string>;
  defaults: Span[];
}

/** Everything before the body, on one line and without comments. */
function headOf(outer: Node, end: number, text: string): Head | undefined {
  const comments: Span[] = [];
  const defaults: Span[] = [];
  const uses = new Set<string>();
  const walk = (node: Node, depth: number): boolean => {
    if (node.startIndex >= end) return true;
    if (node.type === 'ERROR' || node.isMissing || depth > DEPTH_MAX) return false;
    if (node.type === 'comment') comments.push({ from: node.startIndex, to: node.endIndex });
    else if (NAMES.has(node.type)) uses.add(node.text);
    return node.children.every((child) => {
      if (DEFAULTED.has(node.type) && child.type === '=') {
        defaults.push({ from: child.startIndex, to: node.endIndex });
      }
      return walk(child, depth + 1);
    });
  };
  if (!walk(outer, 0)) return undefined;
  let head = '';
  let at = outer.startIndex;
  for (const comment of comments) {
    head += `${text.slice(at, comment.from)} `;
    at = comment.to;
  }
  head = `${head}${text.slice(at, end)}`.replace(/;\s*$/, '').replace(/\s+/g, ' ').trim();
  const usable = head !== '' && !/[#{]/.test(head) && !/\b(?:constexpr|consteval)\b/.test(head);
  return usable ? { text: head, uses, defaults } : undefined;
}

function signatureOf(declarator: Node, text: string): string {
  const parameters = declarator.childForFieldName('parameters')?.namedChildren ?? [];
  const types = parameters
    .filter((p) => p.type !== 'comment')
    .map((parameter) => {
      const end = parameter.childForFieldName('default_value');
      let name: Node | null = parameter.childForFieldName('declarator');
      while (name && name.type !== 'identifier') {
        name =
          name.childForFieldName('declarator') ??
          name.namedChildren.find(
            (c) => c.type.endsWith('declarator') || c.type === 'identifier',
          ) ??
          null;
      }
      const whole = text.slice(parameter.startIndex, end?.startIndex ?? parameter.endIndex);
      if (!name) return squeeze(whole);
      const at = name.startIndex - parameter.startIndex;
      return squeeze(whole.slice(0, at) + whole.slice(at + name.text.length));
    });
  return types.join(',') === 'void' ? '' : types.join(',');
}

const squeeze = (type: string): string =>
  type
    .replace(/=\s*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([*&()[\]<>,:]) ?/g, '$1')
    .trim();
