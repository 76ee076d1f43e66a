import { buildErrorAt } from '../build-error.ts';
import { type Expression, parseExpression } from './kconfig-expression.ts';

export type SymbolType = 'bool' | 'int' | 'hex' | 'string';

export interface Conditional<T> {
  value: T;
  when: Expression | undefined;
}

export interface Choice {
  defaults: Conditional<string>[];
  depends: Expression[];
  members: string[];
}

/** One `config` with all that stands under it. */
export interface KconfigSymbol {
  name: string;
  type: SymbolType;
  /** What makes it a question to the user; a symbol without a prompt only ever has its default. */
  prompt: Conditional<string> | undefined;
  defaults: Conditional<Expression>[];
  depends: Expression[];
  selects: Conditional<string>[];
  implies: Conditional<string>[];
  range: Conditional<[Expression, Expression]>[];
  choice: Choice | undefined;
  file: string;
  line: number;
}

export interface KconfigReader {
  /** Text of a file; undefined where there is none. */
  read(path: string): string | undefined;
  /** A path as `source` (relative to the project) or `rsource` (to the file) gives it. */
  resolve(path: string, from: string, relative: boolean): string;
}

interface Block {
  kind: 'menu' | 'if' | 'choice' | 'file';
  depends: Expression[];
  choice?: Choice;
  line: number;
}

const END: Record<string, Block['kind']> = { endmenu: 'menu', endif: 'if', endchoice: 'choice' };
const DEPTH_MAX = 16;

/** Reads Kconfig files into one table of symbols. @throws BuildError with file and line for what is not understood */
export class KconfigParser {
  readonly symbols = new Map<string, KconfigSymbol>();
  readonly #reader: KconfigReader;

  constructor(reader: KconfigReader) {
    this.#reader = reader;
  }

  parse(text: string, file: string, outer: readonly Expression[] = [], depth = 0): void {
    if (depth > DEPTH_MAX) throw buildErrorAt(file, 0, 'sources itself');
    const blocks: Block[] = [{ kind: 'file', depends: [...outer], line: 0 }];
    let symbol: KconfigSymbol | undefined;
    // Indentation of the last `help`: what stands deeper is its text.
    let help: number | undefined;
    for (const { text: line, line: number } of joined(text)) {
      if (line.trim() === '') continue;
      const indent = /^[ \t]*/.exec(line)![0].replaceAll('\t', '        ').length;
      if (help !== undefined && indent > help) continue;
      help = undefined;
      const words = withoutComment(line).trim();
      if (words === '') continue;
      const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(words)!;
      try {
        if (word === 'help' || word === '---help---') help = indent;
        else if (word === 'config' || word === 'menuconfig') {
          symbol = this.#symbol(rest.trim(), blocks, file, number);
        } else if (this.#block(word, rest, blocks, file, number, depth)) symbol = undefined;
        else property(word, rest, symbol, blocks.at(-1)!);
      } catch (error) {
        if (error instanceof Error && error.name !== 'BuildError')
          throw buildErrorAt(file, number, error.message);
        throw error;
      }
    }
    const open = blocks.at(-1)!;
    if (open.kind !== 'file')
      throw buildErrorAt(file, open.line, `this ${open.kind} is not closed`);
  }

  #symbol(name: string, blocks: readonly Block[], file: string, line: number): KconfigSymbol {
    if (!/^[A-Z0-9_a-z]+$/.test(name)) throw new Error(`this is no name of an option: ${name}`);
    const choice = blocks.findLast((block) => block.kind === 'choice')?.choice;
    const depends = blocks.flatMap((block) => block.depends);
    const known = this.symbols.get(name);
    if (known) {
      known.depends.push(...depends);
      return known;
    }
    const symbol: KconfigSymbol = {
      name,
      type: 'bool',
      prompt: undefined,
      defaults: [],
      depends,
      selects: [],
      implies: [],
      range: [],
      choice,
      file,
      line,
    };
    choice?.members.push(name);
    this.symbols.set(name, symbol);
    return symbol;
  }

  /** Opens or closes a block, or reads another file; false for a word that does neither. */
  #block(
    word: string,
    rest: string,
    blocks: Block[],
    file: string,
    line: number,
    depth: number,
  ): boolean {
    if (word === 'menu' || word === 'mainmenu' || word === 'comment') {
      if (word === 'menu') blocks.push({ kind: 'menu', depends: [], line });
      return true;
    }
    if (word === 'if') {
      blocks.push({ kind: 'if', depends: [parseExpression(rest)], line });
      return true;
    }
    if (word === 'choice') {
      blocks.push({
        kind: 'choice',
        depends: [],
        line,
        choice: { defaults: [], depends: blocks.flatMap((block) => block.depends), members: [] },
      });
      return true;
    }
    const closes = END[word];
    if (closes) {
      if (blocks.at(-1)!.kind !== closes) throw new Error(`${word} closes nothing here`);
      blocks.pop();
      return true;
    }
    if (/^o?r?source$/.test(word)) {
      this.#source(word, rest, blocks, file, depth);
      return true;
    }
    return false;
  }

  #source(word: string, rest: string, blocks: readonly Block[], file: string, depth: number): void {
    const path = /^"([^"]+)"$/.exec(rest.trim())?.[1];
    if (!path || path.includes('$')) throw new Error(`${word} wants a path in quotes: ${rest}`);
    const full = this.#reader.resolve(path, file, /^o?rsource$/.test(word));
    const text = this.#reader.read(full);
    if (text === undefined) {
      if (word.startsWith('o')) return;
      throw new Error(`there is no ${full}`);
    }
    this.parse(
      text,
      full,
      blocks.flatMap((block) => block.depends),
      depth + 1,
    );
  }
}

function property(
  word: string,
  rest: string,
  symbol: KconfigSymbol | undefined,
  block: Block,
): void {
  if (!symbol) return blockProperty(word, rest, block);
  const [value, when] = splitIf(rest);
  switch (word) {
    case 'bool':
    case 'int':
    case 'hex':
    case 'string':
      symbol.type = word;
      if (value !== '') symbol.prompt = { value: unquote(value), when };
      return;
    case 'def_bool':
    case 'def_int':
    case 'def_hex':
    case 'def_string':
      symbol.type = word.slice(4) as SymbolType;
      symbol.defaults.push({ value: parseExpression(value), when });
      return;
    case 'prompt':
      symbol.prompt = { value: unquote(value), when };
      return;
    case 'default':
      symbol.defaults.push({ value: parseExpression(value), when });
      return;
    case 'depends':
      symbol.depends.push(parseExpression(rest.replace(/^on\s/, '')));
      return;
    case 'select':
      symbol.selects.push({ value, when });
      return;
    case 'imply':
      symbol.implies.push({ value, when });
      return;
    case 'range': {
      const [low = '', high = ''] = value.split(/\s+/);
      symbol.range.push({ value: [parseExpression(low), parseExpression(high)], when });
      return;
    }
    case 'option':
    case 'warning':
      return;
    default:
      throw new Error(`${word} is not understood in a Kconfig here`);
  }
}

/** Lines under `menu` and `choice`. */
function blockProperty(word: string, rest: string, block: Block): void {
  const [value, when] = splitIf(rest);
  if (word === 'depends') {
    const condition = parseExpression(rest.replace(/^on\s/, ''));
    block.depends.push(condition);
    block.choice?.depends.push(condition);
  } else if (word === 'default' && block.choice) block.choice.defaults.push({ value, when });
  else if (!['prompt', 'bool', 'visible', 'optional'].includes(word))
    throw new Error(`${word} is not understood in a Kconfig here`);
}

/** `value if condition`; an `if` in quotes is part of the value. */
function splitIf(text: string): [value: string, when: Expression | undefined] {
  const match = /^((?:"(?:\\.|[^"\\])*"|'[^']*'|(?!\sif\s)[^"'])*?)\s+if\s+(.*)$/.exec(text);
  return match ? [match[1]!.trim(), parseExpression(match[2]!)] : [text.trim(), undefined];
}

const unquote = (text: string): string => text.replace(/^["'](.*)["']$/, '$1');

function withoutComment(line: string): string {
  return line.replace(
    /("(?:\\.|[^"\\])*"|'[^']*')|#.*$/g,
    (_, quoted: string | undefined) => quoted ?? '',
  );
}

/** Lines with their numbers, those that end in a backslash joined to the next. */
function joined(text: string): { text: string; line: number }[] {
  const out: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  text.split(/\r?\n/).forEach((line, i) => {
    const current = open
      ? { text: open.text + line, line: open.line }
      : { text: line, line: i + 1 };
    open = current.text.endsWith('\\')
      ? { ...current, text: current.text.slice(0, -1) }
      : undefined;
    if (!open) out.push(current);
  });
  if (open) out.push(open);
  return out;
}
