import { existsSync } from 'node:fs';
import type { CMakeArgument } from './cmake-lexer.ts';

/** What a condition may ask for. */
export interface CMakeVariables {
  get(name: string): string | undefined;
}

const FALSE = /^(?:0|OFF|NO|FALSE|N|IGNORE|NOTFOUND|.*-NOTFOUND|)$/i;
const TRUE = /^(?:1|ON|YES|TRUE|Y)$/i;
const COMPARE: Record<string, (a: string, b: string) => boolean> = {
  STREQUAL: (a, b) => a === b,
  STRLESS: (a, b) => a < b,
  STRGREATER: (a, b) => a > b,
  EQUAL: (a, b) => Number(a) === Number(b),
  LESS: (a, b) => Number(a) < Number(b),
  GREATER: (a, b) => Number(a) > Number(b),
  LESS_EQUAL: (a, b) => Number(a) <= Number(b),
  GREATER_EQUAL: (a, b) => Number(a) >= Number(b),
  VERSION_EQUAL: (a, b) => compareVersions(a, b) === 0,
  VERSION_LESS: (a, b) => compareVersions(a, b) < 0,
  VERSION_GREATER: (a, b) => compareVersions(a, b) > 0,
  VERSION_LESS_EQUAL: (a, b) => compareVersions(a, b) <= 0,
  VERSION_GREATER_EQUAL: (a, b) => compareVersions(a, b) >= 0,
};

/**
 * The value of an if() condition (cmake-commands(7), "if").
 * @throws Error with a sentence for what is no condition
 */
export function evaluateIf(args: readonly CMakeArgument[], variables: CMakeVariables): boolean {
  const reader = new ConditionReader(args, variables);
  const value = reader.or();
  reader.end();
  return value;
}

class ConditionReader {
  readonly #args: readonly CMakeArgument[];
  readonly #variables: CMakeVariables;
  #at = 0;

  constructor(args: readonly CMakeArgument[], variables: CMakeVariables) {
    this.#args = args;
    this.#variables = variables;
  }

  end(): void {
    const rest = this.#args[this.#at];
    if (rest) throw new Error(`the condition cannot be followed from ${rest.text} on`);
  }

  or(): boolean {
    let value = this.#and();
    while (this.#keyword('OR')) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#keyword('AND')) value = this.#not() && value;
    return value;
  }

  #not(): boolean {
    if (this.#keyword('NOT')) return !this.#not();
    if (this.#keyword('(')) {
      const value = this.or();
      if (!this.#keyword(')')) throw new Error('the condition lacks a closing parenthesis');
      return value;
    }
    if (this.#keyword('DEFINED')) return this.#variables.get(this.#next().text) !== undefined;
    if (this.#keyword('EXISTS')) return existsSync(this.#next().text);
    return this.#comparison();
  }

  #comparison(): boolean {
    const left = this.#next();
    const operator = this.#args[this.#at];
    if (!operator || operator.quoted) return this.#truth(left);
    const compare = COMPARE[operator.text];
    if (compare) {
      this.#at++;
      return compare(this.#value(left), this.#value(this.#next()));
    }
    if (operator.text === 'MATCHES') {
      this.#at++;
      return new RegExp(this.#next().text).test(this.#value(left));
    }
    if (operator.text === 'IN_LIST') {
      this.#at++;
      const list = this.#variables.get(this.#next().text) ?? '';
      return list.split(';').includes(this.#value(left));
    }
    return this.#truth(left);
  }

  /** An unquoted name of a variable stands for its value. */
  #value(arg: CMakeArgument): string {
    return arg.quoted ? arg.text : (this.#variables.get(arg.text) ?? arg.text);
  }

  #truth(arg: CMakeArgument): boolean {
    const { text } = arg;
    if (TRUE.test(text) || (/^-?\d+$/.test(text) && Number(text) !== 0)) return true;
    if (FALSE.test(text) || arg.quoted) return false;
    const value = this.#variables.get(text);
    return value !== undefined && !FALSE.test(value);
  }

  #keyword(word: string): boolean {
    const arg = this.#args[this.#at];
    if (!arg || arg.quoted || arg.text !== word) return false;
    this.#at++;
    return true;
  }

  #next(): CMakeArgument {
    const arg = this.#args[this.#at++];
    if (!arg) throw new Error('the condition ends where a value is expected');
    return arg;
  }
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let i = 0; i < Math.max(x!.length, y!.length); i++) {
    const difference = (x![i] ?? 0) - (y![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
