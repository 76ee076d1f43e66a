import { buildScenario } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { runScenario } from '../../../simulator/scenario/run/run.ts';
import { closeCompilers } from '../../firmware/index.ts';
import type { Job, JobOutcome } from './job.ts';
import { loadScenario, scenarioPartitionTable } from './load.ts';

/** A process of `ota sim run --jobs`: takes one job after another, and keeps the images of a file. */
const prepared = new Map<string, ReturnType<typeof prepare>>();

async function prepare(path: string) {
  const scenario = loadScenario(path);
  const images = await buildScenario(scenario);
  closeCompilers();
  return { scenario, images };
}

async function work({ path, seed }: Job): Promise<JobOutcome> {
  const started = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - started) / 1e9;
  try {
    let parts = prepared.get(path);
    if (!parts) prepared.set(path, (parts = prepare(path)));
    const { scenario, images } = await parts;
    const result = await runScenario({
      scenario,
      images,
      seed,
      partitionTable: scenarioPartitionTable(),
      observers: [watchOracles(scenario.file.suspend)],
    });
    return { path, seed, result, seconds: seconds() };
  } catch (error) {
    return { path, seed, error: (error as Error).message, seconds: seconds() };
  }
}

process.on('message', async (job: Job) => {
  process.send!(await work(job));
});
// The parent is gone, or has no more work.
process.on('disconnect', () => process.exit());
