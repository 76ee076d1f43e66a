/** One enumeration: every point at which something may go wrong, tried one by one. */
export interface Enumeration {
  name: string;
  /** What is tried, in one line. */
  summary: string;
  run(options?: EnumerationOptions): EnumerationResult | Promise<EnumerationResult>;
}

export interface EnumerationOptions {
  /** Try only so many points, drawn with `seed`; all without it. */
  sample?: { points: number; seed: number };
  /** Told after each point. */
  onPoint?: (tried: number, wanted: number, failed: number) => void;
}

export interface EnumerationResult {
  /** All that there are. */
  points: number;
  /** Those that were tried. */
  tried: number;
  /** Sentences, each with the point at which it failed. */
  failures: string[];
  /** What the points are about: counts that show that the interesting places were reached. */
  facts: Record<string, number>;
}
