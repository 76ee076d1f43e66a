/** A deliberate bug: `find` stands once in `file`, and `test` must fail once it is replaced. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
  test: string;
}

export interface Verdict {
  caught: boolean;
  /** Tests that failed, or why nothing can be said. */
  by: string;
}

/** Code that can be built with one file changed, and tested. */
export interface MutantSuite {
  title: string;
  mutants: readonly Mutant[];
  /** Says with what it works; then judges one mutant at a time. */
  open(): Promise<{ by: string; judge(mutant: Mutant): Promise<Verdict>; close(): void }>;
}
