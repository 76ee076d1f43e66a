import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Mutant, MutantSuite, Verdict } from '../mutants/suite.ts';
import type { Edit } from '../support/mutants.ts';
import { ORACLE_MUTANTS, type OracleMutant } from './oracle-mutants.ts';

interface Judgement {
  findings: { oracle: string; message: string }[];
  wrong: unknown[];
}

const run = promisify(execFile);
/** A mutant may keep boards busy; one run takes some seconds, or minutes where much else runs. */
const LIMIT_MS = 900_000;

/** Runs a mutant's world in a process of its own, with the mutant or without. */
export async function judge(mutant: OracleMutant, planted: boolean): Promise<Judgement> {
  const { world, also } = mutant;
  const changes = [mutant, ...(also ? [also] : [])];
  const edits = (place: OracleMutant['on']): string => {
    const own = changes.filter(({ on }) => planted && on === place);
    return JSON.stringify(own.map(({ file, find, replace }): Edit => ({ file, find, replace })));
  };
  const here = import.meta.dirname;
  const args = ['--import', `${here}/plant.ts`, `${here}/judge.ts`, world];
  const { stdout } = await run(process.execPath, [...args, edits('pir'), edits('gateway')], {
    env: { ...process.env, ORACLE_MUTANT: edits('process') },
    timeout: LIMIT_MS,
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Judgement;
}

/** What oracles find in runs of code with a bug in it. */
export const ORACLES_SUITE: MutantSuite = {
  title: 'firmware, server and simulator, before the oracles',
  mutants: ORACLE_MUTANTS,
  async open() {
    const sound = new Map<string, Promise<Judgement>>();
    return {
      by: 'the simulator',
      judge: (mutant: Mutant) => verdict(mutant as OracleMutant, sound),
      close: () => {},
    };
  },
};

/** Found by the oracle that is named; in the same world without the mutant none may find anything. */
async function verdict(
  mutant: OracleMutant,
  sound: Map<string, Promise<Judgement>>,
): Promise<Verdict> {
  const clean = sound.get(mutant.world) ?? judge(mutant, false);
  sound.set(mutant.world, clean);
  const { findings: before } = await clean;
  if (before.length > 0) {
    throw new Error(`without any mutant ${before[0]!.oracle} finds: ${before[0]!.message}`);
  }
  const { findings } = await judge(mutant, true);
  const found = findings.find(({ oracle }) => oracle === mutant.test);
  const others = [...new Set(findings.map(({ oracle }) => oracle))].join(', ');
  return {
    caught: found !== undefined,
    by: found
      ? `${mutant.test}: ${found.message}`
      : `${mutant.test} (found by ${others || 'none'})`,
  };
}
