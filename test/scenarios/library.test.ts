import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario, type ScenarioImages } from '../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../simulator/scenario/run/oracle-watch.ts';
import { runScenario, type ScenarioResult } from '../../simulator/scenario/run/run.ts';
import { partitionTable, ROOT } from '../support/bench.ts';

const LIBRARY = join(ROOT, 'simulator/scenario/library');
const FILES = globSync('*.yaml', { cwd: LIBRARY }).sort();

/** Runs a scenario text as if it stood in the library. */
async function run(text: string, seed = '1'): Promise<ScenarioResult> {
  const scenario = readScenario(text, join(LIBRARY, 'text.yaml'));
  const images: ScenarioImages = await buildScenario(scenario);
  return runScenario({
    scenario,
    images,
    seed,
    partitionTable: partitionTable(),
    observers: [watchOracles(scenario.file.suspend)],
  });
}

const textOf = (file: string) => readFileSync(join(LIBRARY, file), 'utf8');
const wrong = ({ verdicts, findings, waiting }: ScenarioResult) => [
  ...verdicts.filter(({ ok }) => !ok),
  ...findings,
  ...waiting,
];

beforeAll(() => buildScenario(readScenario(textOf(FILES[0]!), join(LIBRARY, FILES[0]!))));

describe('the built-in scenarios', () => {
  it.each(FILES)('%s', async (file) => {
    expect(wrong(await run(textOf(file)))).toEqual([]);
  });
});

describe('a scenario', () => {
  const outage = textOf('server-outage.yaml');

  it('leaves the same trace twice, and another one with another seed', async () => {
    const [once, again, other] = [await run(outage), await run(outage), await run(outage, '2')];
    expect(again.trace).toBe(once.trace);
    expect(other.trace).not.toBe(once.trace);
    expect(again).toEqual(once);
  });

  it('fails by what is expected and does not come, and says what was seen', async () => {
    const text = outage
      .replace('- update release is completed', '- update release is failed')
      .replace('- pir run release', '- by 10s: pir run release')
      .concat('limit: 6min\n');
    const result = await run(text);
    expect(result.ok).toBe(false);
    const [late] = result.verdicts;
    expect(late).toMatchObject({ ok: false, text: 'by 10s: pir run release' });
    expect(late!.seen).toMatch(/pir-1 runs pir 1\.0\.0, pir-2 runs pir 1\.0\.0/);
  });

  it('fails by a step that never comes', async () => {
    const never = '  - when pir-2 is off: power on pir-2\nexpect:';
    const result = await run(outage.replace('expect:', never).concat('limit: 6min\n'));
    expect(result.waiting).toEqual(['line 12: when pir-2 is off']);
    expect(result.ok).toBe(false);
  });
});

test('an oracle that does not exist cannot be suspended', () => {
  expect(() => watchOracles({ bootabel: 'because of a test' })).toThrow(/did you mean bootable\?/);
});
