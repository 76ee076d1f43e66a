import { fork } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mishap, MishapSeen } from '../../../simulator/scenario/enumerate/mishap.ts';
import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import type { ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import type { ScenarioResult } from '../../../simulator/scenario/run/run.ts';

/** One run that is to be made. */
export interface Job {
  path: string;
  seed: string;
  /** What goes wrong besides what the file says. */
  mishaps?: readonly Mishap[];
}

/** Images of scenario files that are built already, by the file's path. */
export type BuiltImages = ReadonlyMap<string, ScenarioImages>;

export function builtImages(
  scenarios: readonly Scenario[],
  images: readonly ScenarioImages[],
): BuiltImages {
  return new Map(scenarios.map(({ path }, i) => [path, images[i]!]));
}

/** What came of it: a result, or why there is none. */
export interface JobOutcome extends Job {
  result?: ScenarioResult;
  /** What was seen of each mishap. */
  seen?: readonly MishapSeen[];
  /** The program failed, not the scenario. */
  error?: string;
  /** Wall time. */
  seconds: number;
  /** What it took of a processor, where that was measured. */
  cpuSeconds?: number;
}

/** MiB. A run makes much that is soon garbage; with more room for it V8 looks for what is left less often. */
const NEW_SPACE = 64;
/** MiB below which it does not look through all there is, unless what lies outside (flash, guests' memories) makes it. */
const HEAP = 1000;
const ENGINE = [
  ...['min', 'max'].map((bound) => `--${bound}-semi-space-size=${NEW_SPACE}`),
  `--initial-heap-size=${HEAP}`,
];

/**
 * Makes runs in `count` processes of their own; hands each outcome over as it comes. `signal` stops them. What is not in `images` is
 * built there.
 */
export async function runJobs(
  jobs: readonly Job[],
  count: number,
  onOutcome: (outcome: JobOutcome) => void,
  signal: AbortSignal,
  images: BuiltImages = new Map(),
): Promise<void> {
  const queue = [...jobs];
  const lanes = Array.from({ length: Math.min(count, jobs.length) }, () =>
    lane(queue, onOutcome, signal, images),
  );
  await Promise.all(lanes);
}

/** One process that works on the queue; when it dies, its job has an error and another process goes on. */
async function lane(
  queue: Job[],
  onOutcome: (outcome: JobOutcome) => void,
  signal: AbortSignal,
  images: BuiltImages,
): Promise<void> {
  while (queue.length > 0 && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const here = fileURLToPath(import.meta.url);
      const child = fork(join(dirname(here), `job-worker${extname(here)}`), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        serialization: 'advanced',
        execArgv: [...process.execArgv, ...ENGINE],
        // Ctrl-C in a terminal goes to every process of the group: what becomes of this one is said here.
        detached: true,
      });
      child.send(images);
      const stop = () => child.kill();
      signal.addEventListener('abort', stop);
      let job: Job | undefined;
      const next = () => {
        job = signal.aborted ? undefined : queue.shift();
        if (job) child.send(job);
        else child.disconnect();
      };
      child.on('message', (outcome) => {
        onOutcome(outcome as JobOutcome);
        next();
      });
      child.on('error', ({ message }) => {
        // A message that came too late for a process that ends: its exit says what is to be said.
        if (child.pid !== undefined) return;
        if (job) onOutcome({ ...job, error: message, seconds: 0 });
        resolve();
      });
      child.on('exit', (code, killed) => {
        signal.removeEventListener('abort', stop);
        if (job && !signal.aborted) {
          const error = `its process ended with ${killed ?? code}`;
          onOutcome({ ...job, error, seconds: 0 });
        }
        resolve();
      });
      next();
    });
  }
}
