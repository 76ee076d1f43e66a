// What boards of a scenario may be: image files, other chips and flash sizes, tables of their own, boards that update directly beside a mesh.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readScenario } from '../../simulator/scenario/language/check.ts';
import { buildScenario, type ScenarioImages } from '../../simulator/scenario/run/firmware.ts';
import { retargetGuest } from '../../tools/formats/guest-payload.ts';
import { ROOT } from '../support/bench.ts';
import { LIBRARY, runText, textOf } from './library-run.ts';

const C6 = 13;
const dir = mkdtempSync(join(tmpdir(), 'scenario-boards-'));
const TABLE = join(ROOT, 'firmware-c/partitions.csv');
const EXPECT = `timeline:
  - at 1s: publish next
expect:
  - scales runs next
  - release next shows scales confirmed
  - scales resets at most 1 times
limit: 10min
`;

let built: ScenarioImages;
beforeAll(async () => {
  const file = 'dropped-downloads.yaml';
  built = await buildScenario(readScenario(textOf(file), join(LIBRARY, file)));
  const files = { first: built.get('scales:first')!, next: built.get('release')! };
  for (const [name, image] of Object.entries(files)) {
    writeFileSync(join(dir, `${name}.bin`), image);
    writeFileSync(join(dir, `${name}-c6.bin`), retargetGuest(image, C6));
  }
}, 600_000);
afterAll(() => rmSync(dir, { recursive: true }));

it('image files, of boards and of releases', async () => {
  const result = await runText(`name: files
boards:
  - { name: scales, image: ${dir}/first.bin, role: scales, partitions: ${TABLE} }
server:
  images:
    - { name: next, image: ${dir}/next.bin }
${EXPECT}`);
  expect(result).toMatchObject({ ok: true, findings: [] });
});

it('another chip by its image file, with 8 MB of flash; a release for the wrong chip is refused', async () => {
  const board = `  - { name: scales, image: ${dir}/first-c6.bin, role: scales, flash: 8MB, partitions: ${TABLE} }`;
  const scenario = (next: string) => `name: chips
boards:
${board}
server:
  images:
    - { name: next, image: ${dir}/${next}.bin }
${EXPECT}`;
  expect(await runText(scenario('next-c6'))).toMatchObject({ ok: true, findings: [] });
  const wrong = await runText(scenario('next').replace(' next\n', ' next unchecked\n'));
  expect(wrong.ok).toBe(false);
  expect(wrong.boards[0]).toMatchObject({ state: 'running', resets: 0 });
});

it("a project's boards have the project's partition table", () => {
  expect(built.get('scales:partitions')).toBeDefined();
  expect([...built.keys()]).toEqual(['release', 'scales:first', 'scales:partitions']);
});

it('a table that is none is named', async () => {
  const bad = join(dir, 'bad.csv');
  writeFileSync(bad, 'nvs, data\n');
  const text = `name: t
boards:
  - { name: scales, image: ${dir}/first.bin, partitions: ${bad} }
expect:
  - all can boot
`;
  await expect(runText(text)).rejects.toThrow(/bad\.csv is no partition table/);
});
