/** How one entry of the soak shall run. */
export interface SoakOptions {
  /** Undefined: the entry's own. */
  seeds: readonly string[] | undefined;
  /** Processes at the same time. */
  jobs: number;
  /** One line for people, now. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** One thing that went wrong. */
export interface SoakFailure {
  what: string;
  /** The command that shows it again. */
  reproduce: string;
}

export interface SoakOutcome {
  /** Runs that were made. */
  runs: number;
  failures: SoakFailure[];
  /** What was measured, in one line; empty where nothing was. */
  figures: string;
}

/** Something that takes longer than `npm test` may. */
export interface SoakEntry {
  name: string;
  /** What it shows, in a clause. */
  about: string;
  run(options: SoakOptions): Promise<SoakOutcome>;
}
