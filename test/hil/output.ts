import { stripAnsi } from '../../tools/monitor/ansi.ts';

export type Pattern = RegExp | string;

/** What an expectation found. */
export interface Match {
  pattern: Pattern;
  text: string;
  /** The groups in brackets, the first is 1. */
  captures: (string | undefined)[];
  groups: Record<string, string>;
  /** What came before it, since the last match. */
  before: string;
}

export interface ExpectOptions {
  /** Milliseconds of the board's time: on a simulated board of virtual time. Default 30 s. */
  timeout?: number;
  /** What must not come before it. */
  not?: Pattern | readonly Pattern[];
}

/** The oldest output goes first. */
const TEXT_MAX = 4 * 1024 * 1024;
/** The end of a line that is not whole counts when nothing more has come for so long. */
const QUIET_MS = 100;
const LOOK_MS = 20;
const TIMEOUT_MS = 30_000;
const TAIL_LINES = 12;

/** Everything a board said, with a cursor behind the last match: what came before a call counts, too. */
export class BoardOutput {
  readonly #name: string;
  readonly #now: () => number;
  #decoder = new TextDecoder();
  #text = '';
  #held = '';
  #cursor = 0;
  #last = 0;
  #failure: Error | undefined;

  /** @param now ms of the board's time */
  constructor(name: string, now: () => number) {
    this.#name = name;
    this.#now = now;
  }

  /** All that is kept, without colours. */
  get text(): string {
    return this.#text + this.#held;
  }

  push(bytes: Uint8Array): void {
    this.#held += this.#decoder.decode(bytes, { stream: true });
    // A colour, or a CR before its LF, may come in two pieces.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const split = /(?:\x1b[^a-zA-Z]*|\r)$/.exec(this.#held);
    const whole = split ? this.#held.slice(0, split.index) : this.#held;
    this.#held = split ? split[0] : '';
    this.#text += stripAnsi(whole).replaceAll('\r\n', '\n');
    this.#last = Date.now();
    const over = this.#text.length - TEXT_MAX;
    if (over <= 0) return;
    this.#text = this.#text.slice(over);
    this.#cursor = Math.max(0, this.#cursor - over);
  }

  /** Earlier output no longer counts. */
  skip(): void {
    this.#cursor = this.#text.length;
  }

  /** Every expectation under way, and the next, fails with this. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** The failure is taken note of. */
  forgive(): void {
    this.#failure = undefined;
  }

  /** The first of the patterns that comes. `^` and `$` are of lines. @throws Error with the last lines */
  async any(patterns: readonly Pattern[], options: ExpectOptions = {}): Promise<Match> {
    const [match] = await this.#until(patterns, options, (found) => {
      const first = Math.min(...found.map((one) => one?.start ?? Number.POSITIVE_INFINITY));
      const index = found.findIndex((one) => one?.start === first);
      return index < 0 ? undefined : [index];
    });
    return match!;
  }

  /** All of the patterns, in whatever order; answers in the order of the patterns. */
  all(patterns: readonly Pattern[], options: ExpectOptions = {}): Promise<Match[]> {
    return this.#until(patterns, options, (found) =>
      found.every((one) => one !== undefined) ? [...found.keys()] : undefined,
    );
  }

  async #until(
    patterns: readonly Pattern[],
    { timeout = TIMEOUT_MS, not = [] }: ExpectOptions,
    choose: (found: (Found | undefined)[]) => number[] | undefined,
  ): Promise<Match[]> {
    const searches = patterns.map(searchOf);
    const bans = [not].flat().map(searchOf);
    const end = this.#now() + timeout;
    for (;;) {
      const over = this.#now() >= end;
      const text = this.#seen(over);
      const found = searches.map((search) => find(search, text));
      const chosen = choose(found)?.map((index) => ({
        ...found[index]!,
        pattern: patterns[index]!,
      }));
      this.#refuse(bans, chosen ? text.slice(0, Math.max(...chosen.map(endOf))) : text);
      if (chosen) return this.#take(chosen, text);
      if (this.#failure) throw this.#failure;
      if (over)
        throw this.#missing(
          patterns.filter((_, i) => !found[i]),
          timeout,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Whole lines, and the rest of one when it seems to be all: /v1/ must not match half of v12. */
  #seen(all: boolean): string {
    const text = this.#text.slice(this.#cursor);
    if (all || Date.now() - this.#last > QUIET_MS) return text;
    return text.slice(0, text.lastIndexOf('\n') + 1);
  }

  #refuse(bans: readonly RegExp[], text: string): void {
    for (const ban of bans) {
      const hit = find(ban, text);
      if (hit) throw new Error(`${this.#name} said what it must not, ${ban}: ${lineAt(text, hit)}`);
    }
  }

  #take(hits: readonly (Found & { pattern: Pattern })[], text: string): Match[] {
    const first = Math.min(...hits.map(({ start }) => start));
    this.#cursor += Math.max(...hits.map(endOf));
    return hits.map(({ match, pattern }) => ({
      pattern,
      text: match[0],
      captures: [...match],
      groups: { ...match.groups },
      before: text.slice(0, first),
    }));
  }

  #missing(patterns: readonly Pattern[], timeout: number): Error {
    const said = this.#text.slice(this.#cursor).trimEnd().split('\n').slice(-TAIL_LINES);
    const tail =
      said.join('') === '' ? 'it said nothing more' : `it said last:\n  ${said.join('\n  ')}`;
    const names = patterns.map(String).join(', ');
    return new Error(`${this.#name}: ${names} did not come within ${timeout / 1000} s; ${tail}`);
  }
}

interface Found {
  start: number;
  match: RegExpExecArray;
}

const endOf = ({ start, match }: Found): number => start + match[0].length;

/** Lines, and no state of an earlier search. */
function searchOf(pattern: Pattern): RegExp {
  if (typeof pattern === 'string') return new RegExp(RegExp.escape(pattern));
  return new RegExp(pattern.source, `${pattern.flags.replace(/[gym]/g, '')}m`);
}

function find(search: RegExp, text: string): Found | undefined {
  const match = search.exec(text);
  return match ? { start: match.index, match } : undefined;
}

function lineAt(text: string, { start }: Found): string {
  const from = text.lastIndexOf('\n', start) + 1;
  return text.slice(from).split('\n', 1)[0]!;
}
