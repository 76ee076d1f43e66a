import { CUT_PHASES, type CutPhase } from '../../board/torn-flash.ts';
import { formatDuration, parseDuration } from '../language/quantities.ts';

/** A moment at which a board's power goes: in the how manieth operation of its flash in the run, from 1, and how much of it is done. */
export interface CutPoint {
  board: string;
  operation: number;
  phase: CutPhase;
}

/** A cut, and how long the power stays away, µs. */
export interface PowerCut extends CutPoint {
  offUs: number;
}

/** Tried unless others are asked for. */
export const PHASES: readonly CutPhase[] = ['before', 'half', 'after'];
/** How long the power stays away unless something else is asked for. */
export const OFF_US = 5_000_000;

/** `pir-1:17:half`, with the time without power behind it where it is not 5s. */
export function cutName({ board, operation, phase, offUs }: PowerCut): string {
  const off = offUs === OFF_US ? '' : `:${formatDuration(offUs)}`;
  return `${board}:${operation}:${phase}${off}`;
}

/** What `cutName` writes. @throws RangeError that says what is expected */
export function parseCut(text: string): PowerCut {
  const match = /^([^:\s]+):([1-9]\d{0,8}):([a-z-]+)(?::([^:]+))?$/.exec(text);
  const phase = CUT_PHASES.find((one) => one === match?.[3]);
  const offUs = match?.[4] === undefined ? OFF_US : parseDuration(match[4]);
  if (!match || !phase || offUs === undefined) {
    throw new RangeError(
      `a cut is board:operation:phase, such as pir-1:17:half, and ends with the time without power where that is not ${formatDuration(OFF_US)}; phases are ${CUT_PHASES.join(', ')}`,
    );
  }
  return { board: match[1]!, operation: Number(match[2]), phase, offUs };
}

/** The cut as a step of a scenario. */
export function cutStep({ board, operation, phase, offUs }: PowerCut): Record<string, string> {
  return {
    'at 0s': `cut power ${board} at operation ${operation} ${phase} for ${formatDuration(offUs)}`,
  };
}
