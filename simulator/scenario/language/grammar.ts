import { hint, nearest } from './nearest.ts';
import { type Names, SLOT_NAMES, SLOTS, type SlotType, type SlotValues } from './slots.ts';
import { type Word, wordsOf } from './words.ts';

/**
 * One form of a sentence. `{name:type}` is a slot, `{type}` one that is called as its type, `[…]` may be left out,
 * `a|b` is either word.
 */
export interface Rule<T> {
  form: string;
  /** What it does, for help and errors. */
  help: string;
  make: (values: Values) => T;
}

/** The slots of a sentence that were filled. */
export class Values {
  readonly #filled: ReadonlyMap<string, unknown>;
  constructor(filled: ReadonlyMap<string, unknown>) {
    this.#filled = filled;
  }
  /** A slot that the form cannot leave out. */
  get<T extends SlotType>(type: T, name: string = type): SlotValues[T] {
    if (!this.#filled.has(name)) throw new Error(`the form has no slot ${name}`);
    return this.#filled.get(name) as SlotValues[T];
  }
  find<T extends SlotType>(type: T, name: string = type): SlotValues[T] | undefined {
    return this.#filled.get(name) as SlotValues[T] | undefined;
  }
  /** Whether an optional word was there. */
  said(word: string): boolean {
    return this.#filled.has(`=${word}`);
  }
}

type Element =
  | { kind: 'word'; words: string[] }
  | { kind: 'slot'; name: string; type: SlotType }
  | { kind: 'maybe'; elements: Element[] };

export interface Grammar<T> {
  /** What a sentence says. @throws SentenceError */
  read(sentence: string, names: Names): T;
  rules: readonly Rule<T>[];
}

/** A sentence that no form fits. */
export class SentenceError extends Error {
  /** Where in the sentence, from 0. */
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'SentenceError';
    this.at = at;
  }
}

/** `kind` names the sentences in errors: "action", "condition". */
export function createGrammar<T>(kind: string, rules: readonly Rule<T>[]): Grammar<T> {
  const forms = rules.map((rule) => ({ rule, elements: elementsOf(rule.form) }));
  const openings = [...new Set(rules.map(({ form }) => form.split(' ')[0]!))];
  const firstWords = openings.flatMap((word) => (word.startsWith('{') ? [] : word.split('|')));
  return {
    rules,
    read(sentence, names) {
      const words = split(sentence);
      const miss: Miss = { reached: 0, wanted: new Set() };
      for (const { rule, elements } of forms) {
        const filled = match(elements, words, names, miss);
        if (filled) return rule.make(new Values(filled));
      }
      const { almost } = miss;
      // Words behind it that fit say more than how far another form went.
      if (almost && (almost.at < miss.reached || almost.at < words.length - 1)) {
        throw new SentenceError(almost.refusal, words[almost.at]!.at);
      }
      const word = words[miss.reached];
      if (miss.reached === 0 && word && !miss.refusal) {
        const known = hint(word.text, firstWords);
        throw new SentenceError(`no ${kind} begins with ${word.text}${known}`, 0);
      }
      throw new SentenceError(described(miss, word), word?.at ?? sentence.length);
    },
  };
}

/** How far the best form fitted, and what would have gone on from there. */
interface Miss {
  reached: number;
  /** Words that would have fitted, and slots in words. */
  wanted: Set<string>;
  /** Why the word there does not fill a slot. */
  refusal?: string;
  /** The word that alone keeps a form from fitting, and why. */
  almost?: { at: number; refusal: string };
}

function described({ wanted, refusal }: Miss, word: Word | undefined): string {
  const list = [...wanted];
  const all = [...list.slice(0, -2), list.slice(-2).join(' or ')].join(', ');
  if (!word) return `something is missing at the end: ${all}`;
  if (refusal && list.length === 1) return refusal;
  if (list.length === 0) return `${word.text} is too much`;
  const near = nearest(word.text, list);
  if (near) return `${word.text} is not expected here; did you mean ${near}?`;
  return refusal ?? `${word.text} stands where ${all} is expected`;
}

function split(sentence: string): Word[] {
  try {
    const words = wordsOf(sentence);
    if (words.length > 0) return words;
  } catch (error) {
    throw new SentenceError((error as Error).message, 0);
  }
  throw new SentenceError('there is nothing here', 0);
}

/** The slots that `words` fill when they fit all `elements`; else notes in `miss` how far they did. */
function match(
  elements: readonly Element[],
  words: readonly Word[],
  names: Names,
  miss: Miss,
): ReadonlyMap<string, unknown> | undefined {
  const missed = (reached: number, wanted: readonly string[], refusal?: string): undefined => {
    if (reached < miss.reached) return undefined;
    if (reached > miss.reached) Object.assign(miss, { reached, wanted: new Set(), refusal });
    for (const word of wanted) miss.wanted.add(word);
    miss.refusal ??= refusal;
    return undefined;
  };
  const step = (
    rest: readonly Element[],
    at: number,
    filled: ReadonlyMap<string, unknown>,
    but?: Miss['almost'],
  ): ReadonlyMap<string, unknown> | undefined => {
    const [element, ...after] = rest;
    const word = words[at];
    if (!element) {
      if (word) return but ? undefined : missed(at, []);
      if (but) miss.almost ??= but;
      return but ? undefined : filled;
    }
    if (element.kind === 'maybe') {
      return step([...element.elements, ...after], at, filled, but) ?? step(after, at, filled, but);
    }
    if (element.kind === 'word') {
      if (!word || !element.words.includes(word.text)) {
        return but ? undefined : missed(at, element.words);
      }
      return step(after, at + 1, new Map(filled).set(`=${word.text}`, true), but);
    }
    const wanted = [SLOT_NAMES[element.type]];
    if (!word) return but ? undefined : missed(at, wanted);
    const value = SLOTS[element.type](word, names);
    if (value instanceof Error) {
      if (but) return undefined;
      step(after, at + 1, filled, { at, refusal: value.message });
      return missed(at, wanted, value.message);
    }
    return step(after, at + 1, new Map(filled).set(element.name, value), but);
  };
  return step(elements, 0, new Map());
}

function elementsOf(form: string): Element[] {
  const tokens = form.match(/\[|\]|\{[^}]+\}|[^\s[\]{}]+/g) ?? [];
  const stack: Element[][] = [[]];
  for (const token of tokens) {
    const top = stack.at(-1)!;
    if (token === '[') stack.push([]);
    else if (token === ']') {
      stack.pop();
      stack.at(-1)!.push({ kind: 'maybe', elements: top });
    } else if (token.startsWith('{')) {
      const [name, type = name] = token.slice(1, -1).split(':') as [string, string?];
      if (!(type in SLOTS))
        throw new Error(`the form "${form}" has a slot of no known type: ${type}`);
      top.push({ kind: 'slot', name, type: type as SlotType });
    } else top.push({ kind: 'word', words: token.split('|') });
  }
  return stack[0]!;
}
