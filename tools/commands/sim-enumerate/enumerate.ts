import { createRandomness } from '../../../simulator/kernel/prng.ts';
import { mishapName } from '../../../simulator/scenario/enumerate/mishap.ts';
import { type PlannedPoint, strayed } from '../../../simulator/scenario/enumerate/plan.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { builtImages, type Job, type JobOutcome, runJobs } from '../sim-scenario/job.ts';
import { failureOf } from '../sim-scenario/result-page.ts';

export interface EnumerateOptions {
  scenario: Scenario;
  images: ScenarioImages;
  seed: string;
  points: readonly PlannedPoint[];
  /** Whole runs for so many of them, drawn with the seed; for all without it. */
  sample?: number;
  /** Processes at the same time. */
  jobs: number;
  signal: AbortSignal;
  /** Told after each whole run. */
  onOutcome?: (sofar: Enumerated) => void;
}

/** A point at which something went wrong. */
export interface PointFailure {
  point: PlannedPoint;
  message: string;
}

/** What is known of an enumeration, also in its middle. */
export interface Enumerated {
  points: number;
  /** Whole runs that are wanted. */
  wanted: number;
  /** Those that were made, and their wall time, seconds. */
  runs: Map<PlannedPoint, number>;
  failures: PointFailure[];
  /** Of all runs together, seconds. */
  virtualSeconds: number;
  cpuSeconds: number;
}

/** Makes a whole run for each point, in processes of their own, until `signal` ends it. */
export async function enumerate(options: EnumerateOptions): Promise<Enumerated> {
  const { scenario, images, seed, points, jobs, signal, onOutcome } = options;
  const chosen = choose(points, options.sample, seed);
  const byName = new Map(chosen.map((point) => [mishapName(point.mishap), point]));
  const sofar: Enumerated = {
    points: points.length,
    wanted: chosen.length,
    runs: new Map(),
    failures: points.flatMap((point) =>
      point.fault === undefined ? [] : [{ point, message: point.fault }],
    ),
    virtualSeconds: 0,
    cpuSeconds: 0,
  };
  const work = chosen.map(({ mishap }): Job => ({ path: scenario.path, seed, mishaps: [mishap] }));
  const take = (outcome: JobOutcome) => {
    const point = byName.get(mishapName(outcome.mishaps![0]!))!;
    const message = failureOf(outcome) ?? strayed(point, outcome.seen?.[0]);
    if (message !== undefined) sofar.failures.push({ point, message });
    sofar.runs.set(point, outcome.seconds);
    sofar.virtualSeconds += outcome.result?.virtualSeconds ?? 0;
    sofar.cpuSeconds += outcome.cpuSeconds ?? 0;
    onOutcome?.(sofar);
  };
  await runJobs(work, jobs, take, signal, builtImages([scenario], [images]));
  const place = ({ point }: PointFailure) => points.indexOf(point);
  sofar.failures.sort((a, b) => place(a) - place(b));
  return sofar;
}

/** All, or so many drawn without repetition; in their order. */
function choose(
  points: readonly PlannedPoint[],
  sample: number | undefined,
  seed: string,
): readonly PlannedPoint[] {
  if (sample === undefined || sample >= points.length) return points;
  const draw = createRandomness(seed)('enumerate');
  const left = [...points.keys()];
  for (let i = 0; i < sample; i++) {
    const j = i + Math.floor(draw() * (left.length - i));
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  const taken = new Set(left.slice(0, sample));
  return points.filter((_, i) => taken.has(i));
}
