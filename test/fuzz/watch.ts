import { Worker } from 'node:worker_threads';
import type { FuzzReport } from './engine.ts';

export interface WorkerJob {
  name: string;
  inputs: number;
  seed: number;
  /** Count of inputs begun (i32), length of the current one (i32), its bytes. */
  shared: SharedArrayBuffer;
}

/** No seed is longer than 28 KB, and a mutant is not much longer than its seed. */
const INPUT_MAX = 64 * 1024;
/** No parser needs a hundredth of this for one input, however slow the machine is. */
export const HANG_SECONDS = 20;

/**
 * Fuzzes one target on a thread of its own, which is ended when it stays at one input for too long:
 * that input is then the one failure of the report.
 * @throws Error where the thread itself fails, as when it runs out of memory
 */
export function fuzzWatched(
  job: Omit<WorkerJob, 'shared'>,
  hangSeconds = HANG_SECONDS,
): Promise<FuzzReport> {
  const shared = new SharedArrayBuffer(8 + INPUT_MAX);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...job, shared } satisfies WorkerJob,
    // Garbage is collected seldom, so that what one input allocates can be told.
    resourceLimits: { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: 512 },
  });
  const progress = new Int32Array(shared, 0, 2);
  return new Promise((resolve, reject) => {
    let seen = 0;
    const watch = setInterval(() => {
      const begun = Atomics.load(progress, 0);
      if (begun === 0 || begun !== seen) {
        seen = begun;
        return;
      }
      const input = new Uint8Array(shared, 8).slice(0, Atomics.load(progress, 1));
      finish(() => resolve(hung(job.name, begun - 1, input, hangSeconds)));
    }, hangSeconds * 1000);
    const finish = (settle: () => void): void => {
      clearInterval(watch);
      void worker.terminate();
      settle();
    };
    worker.once('message', (report: FuzzReport) => finish(() => resolve(report)));
    worker.once('error', (error) => finish(() => reject(error)));
  });
}

function hung(target: string, index: number, input: Uint8Array, seconds: number): FuzzReport {
  const reason = `is still at this input after ${seconds} s`;
  return {
    target,
    inputs: index + 1,
    accepted: 0,
    refused: {},
    memory: { allocated: 0, input: 0 },
    failures: [{ target, index, reason, input }],
  };
}
