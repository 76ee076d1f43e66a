import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { returnDatabasesOf, takeTestDatabase } from '../../mock-server/test-database.ts';
import { crashAgain } from './crash.ts';
import { ROUND } from './load.ts';

/** On each database; `npm run enumerate -- server-crash` kills many times. */
const KILLS = 2;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-crash-'));
});
afterEach(async () => {
  await returnDatabasesOf(dir);
  await rm(dir, { recursive: true });
});

it('a killed server loses nothing that it acknowledged, and leaves nothing half done', async () => {
  const place = { database: await takeTestDatabase(dir), dataDir: dir };
  const kills = await crashAgain({ kills: KILLS, seed: 1, place });
  expect(kills.flatMap((kill) => kill.faults)).toEqual([]);
  expect(kills).toHaveLength(KILLS);
  const inTheMiddle = kills.filter((kill) => kill.answered > 0 && kill.answered < ROUND);
  expect(inTheMiddle.length).toBeGreaterThan(0);
});
