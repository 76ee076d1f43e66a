import { mishapStep, watchMishap } from '../../../simulator/scenario/enumerate/mishap.ts';
import { buildScenario, type ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../../simulator/scenario/run/oracle-watch.ts';
import { runScenario } from '../../../simulator/scenario/run/run.ts';
import { closeCompilers } from '../../firmware/index.ts';
import type { BuiltImages, Job, JobOutcome } from './job.ts';
import { loadScenario, scenarioPartitionTable } from './load.ts';

/** A process of `ota sim run --jobs`: takes images that are built already, then one job after another, and keeps the images of a file. */
const prepared = new Map<string, Promise<ScenarioImages>>();

async function build(path: string): Promise<ScenarioImages> {
  const images = await buildScenario(loadScenario(path));
  closeCompilers();
  return images;
}

async function work(job: Job): Promise<JobOutcome> {
  const { path, seed, mishaps = [] } = job;
  const started = process.hrtime.bigint();
  const startedCpu = process.cpuUsage();
  const times = () => {
    const { user, system } = process.cpuUsage(startedCpu);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    return { seconds, cpuSeconds: (user + system) / 1e6 };
  };
  try {
    let images = prepared.get(path);
    if (!images) prepared.set(path, (images = build(path)));
    const scenario = loadScenario(path, mishaps.map(mishapStep));
    const watches = mishaps.map(watchMishap);
    const result = await runScenario({
      scenario,
      images: await images,
      seed,
      partitionTable: scenarioPartitionTable(),
      observers: [...watches, watchOracles(scenario.file.suspend)],
    });
    return { ...job, result, seen: watches.map(({ seen }) => seen), ...times() };
  } catch (error) {
    return { ...job, error: (error as Error).message, ...times() };
  }
}

process.on('message', async (message: Job | BuiltImages) => {
  if (message instanceof Map) {
    for (const [path, images] of message) prepared.set(path, Promise.resolve(images));
  } else process.send!(await work(message as Job));
});
// The parent is gone, or has no more work.
process.on('disconnect', () => process.exit());
