import { describe, expect, it } from 'vitest';
import { ORACLES } from '../../simulator/oracles/index.ts';
import { ORACLE_MUTANTS } from './oracle-mutants.ts';
import { judge, ORACLES_SUITE } from './suite.ts';

/** Without a compiler, and in one world: the others are run by `npm run test:mutants`. */
const HERE = ['bootable', 'otadata-grows', 'server-truth'];
const LIMIT_MS = 300_000;

const mutantOf = (oracle: string) =>
  ORACLE_MUTANTS.find(
    ({ test, on, world }) => test === oracle && on === 'process' && world === 'update',
  )!;

describe('oracles', () => {
  it('have a mutant each', () => {
    const proved = new Set(ORACLE_MUTANTS.map(({ test }) => test));
    const names = ORACLES.map(({ name }) => name);
    expect(names.filter((name) => !proved.has(name))).toEqual([]);
    expect([...proved].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('find the bug that is planted, and nothing without it', { timeout: LIMIT_MS }, async () => {
    const bench = await ORACLES_SUITE.open();
    for (const oracle of HERE) {
      const { caught, by } = await bench.judge(mutantOf(oracle));
      expect({ oracle, caught, by }).toMatchObject({ oracle, caught: true });
    }
  });

  it('do not pass a mutant that changes nothing for them', { timeout: LIMIT_MS }, async () => {
    const harmless = { ...mutantOf('bootable'), find: 'return start;', replace: 'return  start;' };
    await expect(judge(harmless, true)).rejects.toThrow(/is there 0 times, not once/);
  });
});
