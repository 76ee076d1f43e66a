import type { Expectation, Scenario } from '../language/scenario.ts';
import type { Conditions } from './conditions.ts';

/** What became of one expectation. */
export interface Verdict {
  text: string;
  ok: boolean;
  /** What was seen instead; empty when it holds. */
  seen: string;
  /** When it last began to hold (for `never` and a broken `always`: when it was broken), µs. */
  since?: number;
}

interface Watched {
  expectation: Expectation;
  verdict: Verdict;
  /** Nothing that comes can change the verdict. */
  settled: boolean;
}

/** Asks the expectations of a scenario again and again, and keeps what it found. */
export class Expectations {
  readonly #conditions: Conditions;
  readonly #watched: Watched[];

  constructor(scenario: Scenario, conditions: Conditions) {
    this.#conditions = conditions;
    this.#watched = scenario.expect.map((expectation) => ({
      expectation,
      settled: false,
      verdict: {
        text: expectation.text,
        ok: expectation.mode === 'never',
        seen: expectation.mode === 'never' ? '' : 'it was never asked',
      },
    }));
  }

  get verdicts(): Verdict[] {
    return this.#watched.map(({ verdict }) => verdict);
  }

  get allHold(): boolean {
    return this.#watched.every(({ verdict }) => verdict.ok);
  }

  /** Whether one is broken for good. */
  get hopeless(): boolean {
    return this.#watched.some(({ settled, verdict }) => settled && !verdict.ok);
  }

  /** `now`: µs. Asks what can still change; of those for the end only when `end` says so. */
  async ask(now: number, end: boolean): Promise<void> {
    for (const one of this.#watched) {
      if (one.settled || (one.expectation.mode === 'end' && !end)) continue;
      await this.#askOne(one, now);
    }
  }

  async #askOne(one: Watched, now: number): Promise<void> {
    const { expectation, verdict } = one;
    const { ok, seen } = await this.#conditions.ask(expectation.condition);
    const held = verdict.ok;
    if (expectation.mode === 'never') {
      if (ok) this.#settle(one, false, 'it held', now);
      return;
    }
    if (expectation.mode === 'by') {
      if (ok) this.#settle(one, true, '', now);
      else if (now >= expectation.byUs!) this.#settle(one, false, seen, now);
      else verdict.seen = seen;
      return;
    }
    if (expectation.mode === 'always' && held && !ok) return this.#settle(one, false, seen, now);
    if (ok && !held) verdict.since = now;
    Object.assign(verdict, { ok, seen });
  }

  #settle(one: Watched, ok: boolean, seen: string, since: number): void {
    one.settled = true;
    Object.assign(one.verdict, { ok, seen, since });
  }
}
