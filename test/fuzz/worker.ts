import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './engine.ts';
import { FUZZ_TARGETS } from './registry.ts';
import { HANGING } from './testing.ts';
import type { WorkerJob } from './watch.ts';

/** Fuzzes one target on a thread of its own, telling through shared memory what it is at. */
const { name, inputs, seed, shared } = workerData as WorkerJob;
const target = [...FUZZ_TARGETS, HANGING].find((one) => one.name === name)!;
const progress = new Int32Array(shared, 0, 2);
const current = new Uint8Array(shared, 8);

const report = fuzz(target, {
  inputs,
  seed,
  before(index, input) {
    current.set(input.subarray(0, current.length));
    Atomics.store(progress, 1, input.length);
    Atomics.store(progress, 0, index + 1);
  },
});
parentPort!.postMessage(report);
