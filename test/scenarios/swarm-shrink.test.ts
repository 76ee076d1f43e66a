import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario, type ScenarioImages } from '../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../simulator/scenario/run/oracle-watch.ts';
import { runScenario, type ScenarioResult } from '../../simulator/scenario/run/run.ts';
import { unrolledDraft } from '../../tools/commands/sim-scenario/unroll-draft.ts';
import { partitionTable, ROOT } from '../support/bench.ts';
import { runCli } from '../support/cli.ts';

/** Boards whose firmware has a bug that only a lost supply shows, among many troubles that do not matter. */
const SWARM = stringify({
  name: 'Boards that break when the power goes',
  boards: [{ name: 'node', count: 3, sketch: join(ROOT, 'test/fixtures/sketches/breaks_cold') }],
  swarm: {
    until: '2min',
    converge: '1min',
    every: '8s',
    kinds: ['power', 'reset', 'bit', 'break'],
  },
  expect: ['all can boot'],
});
const SEED = '5';
/** Of a busy machine, ms. */
const MINUTES = 600_000;
let folder: string;
let images: ScenarioImages;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'swarm-'));
  images = await buildScenario(readScenario(SWARM, 'swarm.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(text: string): Promise<ScenarioResult> {
  return runScenario({
    scenario: readScenario(text, 'swarm.yaml'),
    images,
    seed: SEED,
    partitionTable: partitionTable(),
    observers: [watchOracles()],
  });
}

test('a swarm written out is the same run', { timeout: MINUTES }, async () => {
  const scenario = readScenario(SWARM, 'swarm.yaml');
  const drawn = await run(SWARM);
  expect(drawn.log.length).toBeGreaterThan(8);
  const written = await run(stringify(unrolledDraft(SWARM, scenario, images, SEED)));
  expect(written.trace).toBe(drawn.trace);
  expect(written.log).toEqual(drawn.log);
  expect(written.findings).toEqual(drawn.findings);
});

test('a failure that a swarm found shrinks to the one trouble that it takes', {
  timeout: MINUTES,
}, async () => {
  const file = join(folder, 'swarm.yaml');
  writeFileSync(file, SWARM);
  const { code, stderr } = await runCli(['sim', 'shrink', file, '--seed', SEED]);
  expect(stderr).toContain('fails by oracle no-reboot-loop');
  expect(code).toBe(0);
  const small = parse(readFileSync(join(folder, 'swarm.small.yaml'), 'utf8'));
  expect(small.swarm).toBeUndefined();
  expect(small.timeline).toEqual([
    { [Object.keys(small.timeline[0])[0]!]: expect.stringMatching(/^cut power node-\d for \S+$/) },
  ]);
  const { code: again, stdout } = await runCli(['sim', 'run', join(folder, 'swarm.small.yaml')]);
  expect(again).toBe(1);
  expect(stdout).toContain('no-reboot-loop');
});
