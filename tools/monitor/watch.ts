import { stripAnsi } from './ansi.ts';

/** How a watched run ended. */
export type Verdict =
  | { kind: 'expected'; pattern: RegExp; text: string }
  | { kind: 'failed'; pattern: RegExp; text: string };

/** Looks for what a run in CI waits for: all of `expect`, each once, in any order; or any of `fail`. */
export class Watch {
  readonly #fail: readonly RegExp[];
  readonly #onVerdict: (verdict: Verdict) => void;
  readonly #waiting: Set<RegExp>;

  constructor(
    patterns: { expect: readonly RegExp[]; fail: readonly RegExp[] },
    onVerdict: (verdict: Verdict) => void,
  ) {
    this.#waiting = new Set(patterns.expect);
    this.#fail = patterns.fail;
    this.#onVerdict = onVerdict;
  }

  /** What has not come yet. */
  get missing(): string[] {
    return [...this.#waiting].map(String);
  }

  /** A line, or the part of one that has come so far: a prompt has no end. */
  text(raw: string): void {
    const text = stripAnsi(raw);
    const failed = this.#fail.find((pattern) => pattern.test(text));
    if (failed) return this.#onVerdict({ kind: 'failed', pattern: failed, text });
    const seen = [...this.#waiting].filter((pattern) => pattern.test(text));
    for (const pattern of seen) this.#waiting.delete(pattern);
    const last = seen.at(-1);
    if (last && this.#waiting.size === 0) {
      this.#onVerdict({ kind: 'expected', pattern: last, text });
    }
  }
}

/** @throws Error a sentence for what is no regular expression */
export function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new Error(`"${text}" is no regular expression: ${(error as Error).message}`);
  }
}
