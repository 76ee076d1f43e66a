import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashAgain, type Kill } from '../server-storage/crash.ts';
import { ROUND } from '../server-storage/load.ts';
import { startPostgres } from '../support/postgres.ts';
import type { Enumeration } from './enumeration.ts';

/** On each database. */
const KILLS = 50;

/** Moments of a running process cannot be counted out: here they are drawn, and each kill is a point. */
export const serverCrash: Enumeration = {
  name: 'server-crash',
  summary: `the server killed with SIGKILL ${KILLS} times in the middle of ${ROUND} uploads and reports, on SQLite and on PostgreSQL`,
  async run({ sample, onPoint } = {}) {
    const kills = sample ? Math.ceil(sample.points / 2) : KILLS;
    const seed = sample?.seed ?? 1;
    const postgres = await startPostgres();
    const done: Kill[] = [];
    try {
      for (const database of [undefined, postgres.url]) {
        const dataDir = await mkdtemp(join(tmpdir(), 'ota-crash-'));
        done.push(...(await crashAgain({ kills, seed, place: { database, dataDir } })));
        const failed = done.reduce((sum, { faults }) => sum + faults.length, 0);
        onPoint?.(done.length, 2 * kills, failed);
        await rm(dataDir, { recursive: true });
      }
    } finally {
      await postgres.stop();
    }
    const half = (kill: Kill) => kill.answered > 0 && kill.answered < ROUND;
    return {
      points: 2 * kills,
      tried: done.length,
      failures: done.flatMap(({ number, faults }) => faults.map((f) => `kill ${number}: ${f}`)),
      facts: {
        'calls answered before a kill': done.reduce((sum, kill) => sum + kill.answered, 0),
        'kills with calls answered and calls under way': done.filter(half).length,
      },
    };
  },
};
