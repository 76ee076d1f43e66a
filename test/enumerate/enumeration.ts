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

/** The points to try, in their order: all, or a sample without repetitions. */
export function chosenPoints(
  points: number,
  sample: EnumerationOptions['sample'],
  draw: (n: number) => number,
): Set<number> {
  const all = Array.from({ length: points }, (_, i) => i);
  if (!sample || sample.points >= points) return new Set(all);
  for (let i = 0; i < sample.points; i++) {
    const j = i + draw(points - i);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return new Set(all.slice(0, sample.points));
}
