import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORACLES } from '../../simulator/oracles/index.ts';
import { ROOT } from '../support/bench.ts';
import { applyEdit } from '../support/edit.ts';
import { ORACLE_MUTANTS } from './oracle-mutants.ts';
import { judge, ORACLES_SUITE } from './suite.ts';

/** Without a compiler, and in one world: the others are run by `npm run test:mutants`. */
const HERE = ['bootable', 'otadata-grows', 'server-truth'];
const LIMIT_MS = 300_000;
const MESHSWARM = join(ROOT, 'gateway-arduino/libraries/MeshSwarm/src');

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

  it.each(ORACLE_MUTANTS)('the code still has the place for: $name', (mutant) => {
    for (const change of [mutant, ...(mutant.also ? [mutant.also] : [])]) {
      const folder = change.on === 'process' ? ROOT : MESHSWARM;
      const text = readFileSync(join(folder, change.file), 'utf8');
      expect(applyEdit(text, change)).not.toBe(text);
    }
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
