import { type Expression, holds } from './kconfig-expression.ts';
import type { KconfigSymbol, SymbolType } from './kconfig-parse.ts';

/** An answer of sdkconfig: "y"/"n" for bool, digits for int and hex, the text itself for string. */
export interface ConfigValue {
  type: SymbolType;
  value: string;
}

/** Values of all symbols that have one, by name without CONFIG_. */
export type ConfigValues = ReadonlyMap<string, ConfigValue>;

/**
 * What a Kconfig tool answers when nobody is asked: `given` (sdkconfig.defaults, --set) where a symbol has a prompt and its
 * dependencies hold, else its default.
 * @throws Error where a value does not fit its symbol's type or range
 */
export function evaluateConfig(
  symbols: ReadonlyMap<string, KconfigSymbol>,
  given: ReadonlyMap<string, string>,
): ConfigValues {
  const evaluator = new Evaluator(symbols, given);
  const values = new Map<string, ConfigValue>();
  for (const [name, symbol] of symbols) {
    const value = evaluator.valueOf(name);
    if (value !== undefined) values.set(name, { type: symbol.type, value });
  }
  return values;
}

class Evaluator {
  readonly #symbols: ReadonlyMap<string, KconfigSymbol>;
  readonly #given: ReadonlyMap<string, string>;
  readonly #known = new Map<string, string | undefined>();
  readonly #asking = new Set<string>();
  readonly #selectedBy = new Map<string, { by: string; when: Expression | undefined }[]>();
  readonly #impliedBy = new Map<string, { by: string; when: Expression | undefined }[]>();

  constructor(symbols: ReadonlyMap<string, KconfigSymbol>, given: ReadonlyMap<string, string>) {
    this.#symbols = symbols;
    this.#given = given;
    for (const symbol of symbols.values()) {
      for (const { value, when } of symbol.selects)
        push(this.#selectedBy, value, symbol.name, when);
      for (const { value, when } of symbol.implies) push(this.#impliedBy, value, symbol.name, when);
    }
  }

  readonly valueOf = (name: string): string | undefined => {
    if (this.#known.has(name)) return this.#known.get(name);
    const symbol = this.#symbols.get(name);
    if (!symbol) return undefined;
    if (this.#asking.has(name)) throw new Error(`${name} depends on itself`);
    this.#asking.add(name);
    const value = this.#compute(symbol);
    this.#asking.delete(name);
    this.#known.set(name, value);
    return value;
  };

  #holds(when: Expression | undefined): boolean {
    return when === undefined || holds(when, this.valueOf);
  }

  #compute(symbol: KconfigSymbol): string | undefined {
    const { name, type } = symbol;
    if (type === 'bool' && this.#any(this.#selectedBy.get(name))) return 'y';
    if (!symbol.depends.every((condition) => this.#holds(condition)))
      return type === 'bool' ? 'n' : undefined;
    if (symbol.choice) return this.#chosen(symbol) ? 'y' : 'n';
    const asked = symbol.prompt && this.#holds(symbol.prompt.when);
    const given = asked ? this.#given.get(name) : undefined;
    if (given !== undefined) return this.#checked(symbol, given);
    if (type === 'bool' && this.#any(this.#impliedBy.get(name))) return 'y';
    return this.#default(symbol);
  }

  #default({ type, defaults }: KconfigSymbol): string | undefined {
    for (const { value, when } of defaults) {
      if (!this.#holds(when)) continue;
      if (type === 'bool') return holds(value, this.valueOf) ? 'y' : 'n';
      if (value.kind === 'constant') return value.value;
      if (value.kind === 'symbol') return this.valueOf(value.name) ?? value.name;
    }
    return type === 'bool' ? 'n' : type === 'string' ? '' : undefined;
  }

  #chosen({ name, choice }: KconfigSymbol): boolean {
    if (!choice!.depends.every((condition) => this.#holds(condition))) return false;
    const open = choice!.members.filter((member) => {
      const symbol = this.#symbols.get(member)!;
      return symbol.depends.every((condition) => this.#holds(condition));
    });
    const asked = open.findLast((member) => this.#given.get(member) === 'y');
    const byDefault = choice!.defaults.find(
      ({ value, when }) => open.includes(value) && this.#holds(when),
    )?.value;
    return (asked ?? byDefault ?? open[0]) === name;
  }

  #checked(symbol: KconfigSymbol, value: string): string {
    const { name, type } = symbol;
    const fits = { bool: /^[yn]$/, int: /^-?\d+$/, hex: /^(?:0[xX])?[\da-fA-F]+$/, string: /^/ }[
      type
    ];
    if (!fits.test(value)) {
      const wanted = {
        bool: 'y or n',
        int: 'a whole number',
        hex: 'a hexadecimal number',
        string: 'a text',
      };
      throw new Error(`CONFIG_${name} is ${value}, and takes ${wanted[type]}`);
    }
    for (const {
      value: [low, high],
      when,
    } of symbol.range) {
      if (!this.#holds(when)) continue;
      const [least, most] = [this.#number(low), this.#number(high)];
      const number = type === 'hex' ? Number.parseInt(value, 16) : Number(value);
      if (number < least || number > most)
        throw new Error(`CONFIG_${name} is ${value}, and takes ${least} to ${most}`);
      break;
    }
    return value;
  }

  #number(of: Expression): number {
    if (of.kind === 'constant') return Number(of.value);
    return of.kind === 'symbol' ? Number(this.valueOf(of.name) ?? of.name) : Number.NaN;
  }

  #any(by: { by: string; when: Expression | undefined }[] | undefined): boolean {
    return (
      by?.some(({ by: name, when }) => this.valueOf(name) === 'y' && this.#holds(when)) ?? false
    );
  }
}

function push(
  table: Map<string, { by: string; when: Expression | undefined }[]>,
  name: string,
  by: string,
  when: Expression | undefined,
): void {
  const list = table.get(name);
  if (list) list.push({ by, when });
  else table.set(name, [{ by, when }]);
}
