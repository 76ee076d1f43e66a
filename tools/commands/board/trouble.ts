import { type SerialCode, SerialError } from '../../serial/trouble.ts';
import { debug, tell, troubleOf } from '../support/trouble.ts';

/** Exit codes of the commands that work on boards. */
export const EXIT = { refused: 1, noBoard: 2, mismatch: 3 } as const;

const NO_BOARD: readonly SerialCode[] = [
  'port-missing',
  'port-busy',
  'port-permission',
  'port-failed',
  'port-address',
  'port-lines',
  'unplugged',
  'no-reply',
  'board-reset',
  'wrong-boot-mode',
  'noise',
  'unknown-chip',
  'flash-missing',
];

/** 2 where no board could be worked with, 3 where flash holds something else, 1 for the rest. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof SerialError)) return EXIT.refused;
  if (error.code === 'verify') return EXIT.mismatch;
  return NO_BOARD.includes(error.code) ? EXIT.noBoard : EXIT.refused;
}

/**
 * A commander action on boards: what goes wrong is told, with `--json` also as an object on standard
 * output, and the exit code says which kind it is.
 */
export function boardAction<A extends unknown[]>(
  act: (...given: A) => Promise<void>,
): (...given: A) => Promise<void> {
  return async (...given) => {
    try {
      await act(...given);
    } catch (error) {
      debug(error);
      const trouble = troubleOf(error);
      tell(trouble);
      const flags = given.find((one) => one !== null && typeof one === 'object' && 'json' in one);
      if ((flags as { json?: boolean } | undefined)?.json) {
        console.log(JSON.stringify({ ok: false, problems: [trouble] }, null, 2));
      }
      process.exitCode = exitCodeOf(error);
    }
  };
}
