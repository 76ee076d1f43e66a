import { chosenPoints } from '../../simulator/scenario/enumerate/sample.ts';
import { type MemoryFlash, memoryFlash } from '../../tools/formats/flash-region.ts';
import { openNvs } from '../../tools/formats/nvs/nvs-store.ts';
import {
  contentsAfter,
  contentsOf,
  drawer,
  type NvsModel,
  type NvsOperation,
  neitherOldNorNew,
  runOperation,
  scriptedWorkload,
} from '../../tools/formats/testing/nvs-workload.ts';
import {
  applyTorn,
  cutFlash,
  type FlashOperation,
  journaledFlash,
  PowerCut,
  type Tear,
} from '../../tools/formats/testing/power-cut.ts';
import type { Enumeration, EnumerationOptions, EnumerationResult } from './enumeration.ts';

const PAGES = 6;
const SEED = 3;

export interface NvsCutOptions extends EnumerationOptions {
  /** The store under test. */
  open?: typeof openNvs;
  workload?: NvsOperation[];
}

/** One operation of the workload: the flash before it, and what it did there. */
interface Step {
  flash: Uint8Array;
  journal: FlashOperation[];
  before: NvsModel;
  after: NvsModel;
}

export const nvsPowerCuts: Enumeration = {
  name: 'nvs',
  summary:
    'NVS: power is cut before, half-way through and after every flash write and erase of 500 operations',
  run: (options) => cutEverywhere(options),
};

/**
 * The workload runs once; for each cut the flash is made anew from the journal, as it was at that
 * moment, and mounted. Re-runs of the whole workload up to a cut prove on a sample that this gives the
 * same bytes.
 */
export function cutEverywhere(options: NvsCutOptions = {}): EnumerationResult {
  const { sample, onPoint, workload = scriptedWorkload(500, SEED), open = openNvs } = options;
  const steps = record(open, workload);
  const operations = steps.reduce((sum, { journal }) => sum + journal.length, 0);
  const draw = drawer(sample?.seed ?? SEED);
  const points = 3 * operations;
  const chosen = chosenPoints(points, sample?.points, draw);
  const rerun = chosenPoints(points, 24, draw);
  const result: EnumerationResult = { points, tried: 0, failures: [], facts: factsOf(steps) };
  let point = 0;
  let flashOperation = 0;
  for (const [i, step] of steps.entries()) {
    const flash = memoryFlash(step.flash);
    for (const op of step.journal) {
      for (const progress of [0, 0.5, 1]) {
        const at = `operation ${i}, flash operation ${flashOperation}, ${progress} of it done`;
        const tear = { progress, bits: (point * 0x9d) & 0xff };
        if (chosen.has(point) || rerun.has(point)) {
          const cut = memoryFlash(flash.bytes);
          applyTorn(cut, op, tear);
          if (rerun.has(point) && !sameAsRerun(open, workload, flashOperation, tear, cut)) {
            result.failures.push(`${at}: a run of the whole workload leaves other bytes`);
          }
          if (chosen.has(point)) {
            result.tried++;
            result.failures.push(...mountFailures(open, cut, step).map((f) => `${at}: ${f}`));
            onPoint?.(result.tried, chosen.size, result.failures.length);
          }
        }
        point++;
      }
      applyTorn(flash, op, { progress: 1, bits: 0 });
      flashOperation++;
    }
  }
  return result;
}

function record(open: typeof openNvs, workload: readonly NvsOperation[]): Step[] {
  const flash = memoryFlash(PAGES * 4096, { strict: true });
  const journaled = journaledFlash(flash);
  const store = open(journaled);
  let before: NvsModel = new Map();
  return workload.map((op, i) => {
    const bytes = flash.bytes.slice();
    const start = journaled.journal.length;
    const after = runOperation(store, op) ? contentsAfter(before, op) : before;
    const wrong = neitherOldNorNew(contentsOf(store), after, after);
    if (wrong.length > 0) throw new Error(`without a power cut, operation ${i}: ${wrong[0]}`);
    const step = { flash: bytes, journal: journaled.journal.slice(start), before, after };
    before = after;
    return step;
  });
}

function mountFailures(open: typeof openNvs, flash: MemoryFlash, step: Step): string[] {
  try {
    const found = contentsOf(open(flash));
    const wrong = neitherOldNorNew(found, step.before, step.after);
    const again = neitherOldNorNew(contentsOf(open(flash)), found, found);
    return [...wrong, ...again.map((sentence) => `at the second mount ${sentence}`)];
  } catch (error) {
    return [`does not mount: ${error instanceof Error ? error.message : error}`];
  }
}

function sameAsRerun(
  open: typeof openNvs,
  workload: readonly NvsOperation[],
  at: number,
  tear: Tear,
  expected: MemoryFlash,
): boolean {
  const flash = memoryFlash(expected.size);
  const store = open(cutFlash(flash, { at, ...tear }));
  try {
    for (const op of workload) runOperation(store, op);
    return false;
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  return Buffer.compare(flash.bytes, expected.bytes) === 0;
}

function factsOf(steps: readonly Step[]): Record<string, number> {
  const operations = steps.flatMap(({ journal }) => journal);
  return {
    operations: steps.length,
    'flash writes': operations.filter((op) => op.do === 'write').length,
    'flash erases': operations.filter((op) => op.do === 'erase').length,
    'operations that changed nothing': steps.filter(({ before, after }) => before === after).length,
  };
}
