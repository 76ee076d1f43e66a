import { createRandomness } from '../../../simulator/kernel/prng.ts';
import { mishapName } from '../../../simulator/scenario/enumerate/mishap.ts';
import { type PlannedPoint, strayed } from '../../../simulator/scenario/enumerate/plan.ts';
import { chosenPoints } from '../../../simulator/scenario/enumerate/sample.ts';
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
  /** Points without a run of their own were looked at by a journal of the flash. */
  journal: boolean;
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
  const random = createRandomness(seed)('enumerate');
  const draw = (below: number) => Math.floor(random() * below);
  const taken = chosenPoints(points.length, options.sample, draw);
  const chosen = points.filter((_, i) => taken.has(i));
  const byName = new Map(chosen.map((point) => [mishapName(point.mishap), point]));
  const sofar: Enumerated = {
    points: points.length,
    journal: points.every(({ mishap }) => 'cut' in mishap),
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
