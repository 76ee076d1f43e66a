/** What an `#if` line says before anything is compiled: 0 and 1 are sure, undefined may be either. */
export type Truth = boolean | undefined;

export interface ConditionWorld {
  /** Value of a macro, undefined where unknown. */
  macro(name: string): string | undefined;
  /** Is the macro surely not defined? */
  neverDefined(name: string): boolean;
  /** `header` with its quotes or brackets. */
  hasInclude(header: string): boolean;
}

const TOKEN =
  /\s+|defined\b|__has_include\s*\(\s*(?:<[^>]*>|"[^"]*")\s*\)|[A-Za-z_]\w*|\d[\w']*|&&|\|\||[=!<>]=|<<|>>|./gy;
const LEVELS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
/** Real conditions nest a few levels deep. */
const DEPTH_MAX = 100;

/** Evaluates the controlling expression of `#if`/`#elif` with three-valued logic. Never throws: an
 * expression it cannot follow may be either. */
export function evaluateCondition(expression: string, world: ConditionWorld): Truth {
  const tokens = expression.match(TOKEN)?.filter((t) => t.trim() !== '') ?? [];
  const parser = new ConditionParser(tokens, world);
  const value = parser.level(0, 0);
  return value === undefined || !parser.atEnd ? undefined : value !== 0;
}

export function isDefined(name: string, world: ConditionWorld): Truth {
  if (world.macro(name) !== undefined) return true;
  return world.neverDefined(name) ? false : undefined;
}

class ConditionParser {
  readonly #tokens: string[];
  readonly #world: ConditionWorld;
  #at = 0;

  constructor(tokens: string[], world: ConditionWorld) {
    this.#tokens = tokens;
    this.#world = world;
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  level(index: number, depth: number): number | undefined {
    const operators = LEVELS[index];
    if (!operators || depth > DEPTH_MAX) return this.#unary(depth);
    let left = this.level(index + 1, depth);
    while (operators.includes(this.#tokens[this.#at] ?? '')) {
      const operator = this.#tokens[this.#at++]!;
      left = apply(operator, left, this.level(index + 1, depth));
    }
    return left;
  }

  #unary(depth: number): number | undefined {
    const token = this.#tokens[this.#at++];
    if (token === undefined || depth > DEPTH_MAX) return undefined;
    if (token === '!') return negate(this.#unary(depth + 1));
    if (token === '-' || token === '+' || token === '~') {
      const value = this.#unary(depth + 1);
      return value === undefined || token === '~' ? undefined : token === '-' ? -value : value;
    }
    if (token === '(') {
      const value = this.level(0, depth + 1);
      return this.#tokens[this.#at++] === ')' ? value : undefined;
    }
    if (token === 'defined') return this.#defined();
    if (token.startsWith('__has_include')) {
      return this.#world.hasInclude(/[<"].*[>"]/.exec(token)?.[0] ?? '') ? 1 : 0;
    }
    return this.#value(token);
  }

  #defined(): number | undefined {
    const bracket = this.#tokens[this.#at] === '(';
    if (bracket) this.#at++;
    const name = this.#tokens[this.#at++] ?? '';
    if (bracket) this.#at++;
    const known = isDefined(name, this.#world);
    return known === undefined ? undefined : known ? 1 : 0;
  }

  #value(token: string): number | undefined {
    const text = /^[A-Za-z_]/.test(token) ? this.#macro(token) : token;
    if (text === undefined) return undefined;
    const number = Number(text.replace(/'/g, '').replace(/(?<=[\da-fA-F])[uUlL]+$/, ''));
    return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
  }

  #macro(name: string): string | undefined {
    if (name === 'true') return '1';
    if (name === 'false' || this.#world.neverDefined(name)) return '0';
    return this.#world.macro(name);
  }
}

const negate = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value === 0 ? 1 : 0;

function apply(operator: string, a: number | undefined, b: number | undefined): number | undefined {
  if (operator === '&&') {
    if (a === 0 || b === 0) return 0;
    return a === undefined || b === undefined ? undefined : 1;
  }
  if (operator === '||') {
    if ((a !== undefined && a !== 0) || (b !== undefined && b !== 0)) return 1;
    return a === undefined || b === undefined ? undefined : 0;
  }
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '&':
      return a & b;
    default:
      return undefined;
  }
}
