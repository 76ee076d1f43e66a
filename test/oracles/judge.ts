import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario } from '../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../simulator/scenario/run/oracle-watch.ts';
import { runScenario } from '../../simulator/scenario/run/run.ts';
import { partitionTable } from '../support/bench.ts';
import { type Edit, firmwareWith } from '../support/mutants.ts';
import { type MutantWorld, WORLDS } from './worlds.ts';

/**
 * Runs one world and prints what oracles found, as JSON. Arguments: the world; edits of MeshSwarm in the PIR's release, and in the
 * gateway's firmware, as JSON.
 */
const [name = '', release = '[]', gateway = '[]'] = process.argv.slice(2);
const world: MutantWorld = WORLDS[name as keyof typeof WORLDS];
const scenario = readScenario(world.text, `${import.meta.dirname}/${name}.yaml`);
const images = new Map(await buildScenario(scenario));
const edits: Edit[] = [...(world.release ?? []), ...JSON.parse(release)];
if (images.has('gateway:first')) {
  images.set('release', await firmwareWith(edits, 'mesh_shared_state_pir', { version: '1.1.0' }));
  images.set('gateway:first', await firmwareWith(JSON.parse(gateway), 'mesh_gateway'));
}
const { findings, verdicts } = await runScenario({
  scenario,
  images,
  seed: '1',
  partitionTable: partitionTable(),
  observers: [watchOracles(scenario.file.suspend)],
});
console.log(JSON.stringify({ findings, wrong: verdicts.filter(({ ok }) => !ok) }));
