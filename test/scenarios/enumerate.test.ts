import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mishapName } from '../../simulator/scenario/enumerate/mishap.ts';
import {
  describePoint,
  type PlannedPoint,
  planCuts,
  planDrops,
} from '../../simulator/scenario/enumerate/plan.ts';
import { boardsOfInterest, runReference } from '../../simulator/scenario/enumerate/reference.ts';
import { buildScenario } from '../../simulator/scenario/run/firmware.ts';
import { enumerate } from '../../tools/commands/sim-enumerate/enumerate.ts';
import { loadScenario } from '../../tools/commands/sim-scenario/load.ts';
import { partitionTable, ROOT } from '../support/bench.ts';
import { runCli } from '../support/cli.ts';

const SCENARIOS = join(ROOT, 'test/fixtures/scenarios');
const KEEPS = join(SCENARIOS, 'keeps-count.yaml');
const CARELESS = join(SCENARIOS, 'careless-count.yaml');
const UPDATE = join(ROOT, 'simulator/scenario/library/one-update.yaml');
const SECOND = 1_000_000;

async function prepared(path: string, frames = false) {
  const scenario = loadScenario(path);
  const images = await buildScenario(scenario);
  const bed = { scenario, images, seed: '1' };
  const reference = await runReference({ ...bed, partitionTable: partitionTable(), frames });
  const tried = (points: readonly PlannedPoint[], sample?: number) =>
    enumerate({ ...bed, points, sample, jobs: 1, signal: new AbortController().signal });
  return { reference, tried };
}

beforeAll(() => buildScenario(loadScenario(KEEPS)));

describe('an enumeration of power cuts', () => {
  it('tries every operation in every phase, and a bug shows at the points that it is about', async () => {
    const { stdout, code } = await runCli([
      ...['sim', 'enumerate', CARELESS, '--cut', 'flash'],
      ...['--off', '1s', '--jobs', '1', '--json'],
    ]);
    const { points, wanted, runs, failures } = JSON.parse(stdout);
    expect({ code, points, wanted, runs }).toEqual({ code: 1, points: 36, wanted: 36, runs: 36 });
    // The old entry is marked as erased in the 10th; the 11th writes the new one, which counts once the 12th has marked it as written.
    expect(failures.map(({ point }: { point: string }) => point)).toEqual(
      ['10:half', '10:after', '11:before', '11:half', '11:after', '12:before'].map(
        (point) => `board:${point}:1s`,
      ),
    );
    const [first] = failures;
    expect(first.what).toMatch(/^program of 4 bytes at 0x9020 in nvs$/);
    expect(first.message).toMatch(/printed "the count is lost"/);
    const words = first.reproduce.split(' ').slice(1);
    const again = await runCli(words);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('cut power board at operation 10 half for 1s');
    expect(again.stderr).toContain(first.reproduce);
  });

  it('finds nothing in firmware that writes before it takes away, and tells runs that go another way than the journal', async () => {
    const { reference, tried } = await prepared(KEEPS);
    const boards = boardsOfInterest(reference);
    expect(boards).toEqual(['board']);
    const points = [...planCuts(reference, { boards, phases: ['half', 'torn'], offUs: SECOND })];
    expect(points.length).toBe(2 * reference.flash.get('board')!.journal.entries.length);
    const [first] = points;
    const cut = { board: 'board', operation: 3, phase: 'before', offUs: SECOND } as const;
    const other = { ...first!, mishap: { cut }, expected: { flash: '00' } };
    const never = { ...first!, mishap: { cut: { ...cut, operation: 999 } } };
    const { runs, failures } = await tried([...points, other, never]);
    expect(runs.size).toBe(points.length + 2);
    expect(failures.map(({ message }) => message)).toEqual([
      'the run leaves other bytes in flash than the journal',
      'the run never came to this operation',
    ]);
  });

  it('says what is known when it is stopped', async () => {
    const args = ['sim', 'enumerate', KEEPS, '--cut', 'flash', '--jobs', '1'];
    let sent = false;
    const { code, stdout, stderr, orphans } = await runCli(args, {
      onOutput(text, send) {
        if (sent || !text.includes('from flash')) return;
        sent = true;
        send('SIGINT');
      },
    });
    expect({ code, orphans }).toEqual({ code: 130, orphans: false });
    expect(stdout).toMatch(/tried +\d+ of 36 points in runs of their own, \d+ not made/);
    expect(stderr).toContain('stopped');
  });

  it('cannot begin with a scenario that fails as it is', async () => {
    const scenario = loadScenario(KEEPS);
    const images = await buildScenario(scenario);
    const broken = { ...scenario, limitUs: SECOND / 2 };
    await expect(
      runReference({ scenario: broken, images, seed: '1', partitionTable: partitionTable() }),
    ).rejects.toThrow(/the scenario fails as it is: serial board matches/);
  });
});

describe('an enumeration of lost frames', () => {
  it('knows each frame of a transfer; one is lost, and the update arrives: the soak loses all of them', async () => {
    const { reference, tried } = await prepared(UPDATE, true);
    const points = planDrops(reference, {});
    const parts = points.filter(({ what }) => what.startsWith('data of part'));
    expect(parts.length).toBeGreaterThan(200);
    expect(new Set(points.map(({ mishap }) => mishapName(mishap))).size).toBe(points.length);
    expect(describePoint(points[0]!)).toMatch(/^gateway:pir:\d+: announce$/);
    expect(planDrops(reference, { from: 'pir' }).length).toBeLessThan(points.length);
    const { failures, runs } = await tried([parts[100]!]);
    expect(failures).toEqual([]);
    expect(runs.size).toBe(1);
  });
});
