import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario } from '../../simulator/scenario/run/firmware.ts';
import { watchOracles } from '../../simulator/scenario/run/oracle-watch.ts';
import type { ScenarioResult } from '../../simulator/scenario/run/run.ts';
import { LIBRARY, runText as run, textOf } from './library-run.ts';
import { LONG } from './long.ts';
import { movedPin } from './pinned-traces.ts';

const FILES = globSync('*.yaml', { cwd: LIBRARY })
  .sort()
  .filter((file) => !LONG.has(file));

const wrong = ({ verdicts, findings, waiting }: ScenarioResult) => [
  ...verdicts.filter(({ ok }) => !ok),
  ...findings,
  ...waiting,
];

beforeAll(() => buildScenario(readScenario(textOf(FILES[0]!), join(LIBRARY, FILES[0]!))));

describe('the built-in scenarios', () => {
  it.each(FILES)('%s', async (file) => {
    const result = await run(textOf(file));
    expect(wrong(result)).toEqual([]);
    expect(movedPin(file, result.trace)).toBeUndefined();
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

  it('counts from a step with a time of its own, where that stands before', async () => {
    const notes = '  - at 3s: note "a"\n  - after 2s: note "b"\nexpect:\n  - all are running\n';
    const text = outage.replace(/ {2}- when mesh[\s\S]*/, notes);
    const { log } = await run(text);
    expect(log.filter((entry) => /note/.test(entry.text))).toEqual([
      { time: 3_000_000, text: 'note "a"' },
      { time: 5_000_000, text: 'note "b"' },
    ]);
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
