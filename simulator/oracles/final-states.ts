import type { Report } from './oracle.ts';

/** One row of the server's: its name for people, its state, and whether that state is its last. */
export interface RowState {
  key: string;
  status: string;
  final: boolean;
}

/** Remembers the first final state of each row; says so when another follows, or the row is gone. */
export class FinalStates {
  readonly #known = new Map<string, string>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** @param rows all rows there are now @returns keys of those that became final since */
  take(rows: readonly RowState[]): Set<string> {
    const fresh = new Set<string>();
    const states = new Map(rows.map(({ key, status }) => [key, status]));
    for (const { key, status, final } of rows) {
      if (!final || this.#known.has(key)) continue;
      this.#known.set(key, status);
      fresh.add(key);
    }
    for (const [key, status] of this.#known) {
      const now = states.get(key);
      if (now === status) continue;
      this.#report(`${key} was ${status} and is ${now ?? 'gone'}`);
      if (now === undefined) this.#known.delete(key);
      else this.#known.set(key, now);
    }
    return fresh;
  }
}
