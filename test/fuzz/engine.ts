import { getHeapStatistics } from 'node:v8';
import { mutants } from './mutate.ts';
import { type FuzzTarget, MEMORY } from './target.ts';

export interface FuzzFailure {
  target: string;
  /** Of the input, from 0, in the run of this seed. */
  index: number;
  reason: string;
  input: Uint8Array;
}

export interface FuzzReport {
  target: string;
  inputs: number;
  /** Inputs that were read without an error. */
  accepted: number;
  /** Inputs that were answered with a FormatError, by its code. */
  refused: Record<string, number>;
  /** Most bytes that one input made the parser allocate, and the length of that input. */
  memory: { allocated: number; input: number };
  failures: FuzzFailure[];
}

export interface FuzzOptions {
  inputs: number;
  seed: number;
  /** Called before each input is read, so that a watcher can tell which one hangs. */
  before?: (index: number, input: Uint8Array) => void;
}

const FAILURES_MAX = 5;
const AGAIN = 4;

/** Feeds damaged inputs to a parser. Stops after a few failures. */
export function fuzz(target: FuzzTarget, { inputs, seed, before }: FuzzOptions): FuzzReport {
  const report: FuzzReport = {
    target: target.name,
    inputs: 0,
    accepted: 0,
    refused: {},
    memory: { allocated: 0, input: 0 },
    failures: [],
  };
  const { perByte, fixed } = target.memory ?? MEMORY;
  for (const { bytes, reseal } of mutants(target, seed)) {
    if (report.inputs === inputs || report.failures.length >= FAILURES_MAX) break;
    const index = report.inputs++;
    if (reseal) target.reseal?.(bytes);
    before?.(index, bytes);
    const fail = (reason: string): void =>
      void report.failures.push({ target: target.name, index, reason, input: bytes });
    const { thrown, allocated } = attempt(target, bytes);
    if (thrown) {
      const fault = faultOf(thrown.error);
      if (fault) fail(fault);
      else count(report.refused, (thrown.error as { code: string }).code);
    } else report.accepted++;
    if (allocated <= report.memory.allocated) continue;
    // The engine's compiler allocates too, now and then, but not for one input again and again.
    const again = Array.from({ length: AGAIN }, () => attempt(target, bytes).allocated);
    const least = Math.min(allocated, ...again);
    if (least > report.memory.allocated) report.memory = { allocated: least, input: bytes.length };
    if (least > perByte * bytes.length + fixed) {
      fail(`${least} bytes were allocated for an input of ${bytes.length}`);
    }
  }
  return report;
}

interface Attempt {
  thrown?: { error: unknown };
  /** Bytes that were allocated, freed ones included; too few where garbage was collected meanwhile. */
  allocated: number;
}

function attempt(target: FuzzTarget, input: Uint8Array): Attempt {
  // Some targets write into what they are given.
  const bytes = input.slice();
  const used = bytesInUse();
  try {
    target.run(bytes);
    return { allocated: bytesInUse() - used };
  } catch (error) {
    return { thrown: { error }, allocated: bytesInUse() - used };
  }
}

/** What is wrong with an error as the answer to bad bytes; undefined where it says all it should. */
export function faultOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is no Error`;
  if (error.name !== 'FormatError') return `threw ${error.stack ?? error.message}`;
  const { code, message, offset } = error as Error & { code?: unknown; offset?: unknown };
  if (typeof code !== 'string' || code === '') return `"${message}" has no code`;
  if (message === '') return `${code} has no message`;
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) {
    return `${code} ("${message}") has no offset: ${String(offset)}`;
  }
  return undefined;
}

function bytesInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

function count(counts: Record<string, number>, code: string): void {
  counts[code] = (counts[code] ?? 0) + 1;
}
