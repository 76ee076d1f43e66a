import type { SerialLink } from '../../serial/link.ts';
import { ROM_BAUD } from '../../serial/loader/baud.ts';
import type { Board } from '../../serial/loader/board.ts';
import { connectBoard } from '../../serial/loader/connect.ts';
import { listPorts } from '../../serial/ports/list.ts';
import { isSerialError, SerialError } from '../../serial/trouble.ts';
import { openBoardPort } from '../serial/board-port.ts';
import type { Page } from '../support/page.ts';
import { show } from '../support/show.ts';
import { debug, type TroubleReport, tell, troubleOf } from '../support/trouble.ts';
import type { BoardFlags } from './options.ts';
import { exitCodeOf } from './trouble.ts';

/** Ports to work on: those named, all there are, or the only one.
 * @throws SerialError `port-missing` */
export async function portsOf(flags: Pick<BoardFlags, 'port' | 'all'>): Promise<string[]> {
  if (flags.port) return [...new Set(flags.port)];
  if (process.env.OTA_SERIAL_PORT && !flags.all) return [process.env.OTA_SERIAL_PORT];
  const there = (await listPorts()).map((port) => port.path);
  if (there.length === 0) {
    throw new SerialError('port-missing', 'no serial port is here', {
      hint: 'plug the board in, with a cable that carries data; ota ports shows what is there',
    });
  }
  if (there.length > 1 && !flags.all) {
    throw new SerialError('port-missing', `which port? There are ${there.join(', ')}`, {
      hint: 'name one with --port, or take --all',
    });
  }
  return there;
}

/** The only port that is asked for. @throws SerialError `input` where there are several */
export async function onePort(flags: Pick<BoardFlags, 'port' | 'all'>): Promise<string> {
  const [port, second] = await portsOf(flags);
  if (second === undefined) return port!;
  throw new SerialError('input', 'this works on one board at a time: give --port once');
}

/** Opens a port, brings its board into download mode, works, and leaves the board as `--after` says. */
export async function withBoard<T>(
  port: string,
  flags: BoardFlags,
  act: (board: Board) => Promise<T>,
): Promise<T> {
  const link = await openBoardPort(port, ROM_BAUD);
  try {
    const board = await connectBoard(link, {
      baudRate: flags.baud,
      before: flags.before,
      resetSequence: flags.resetSequence,
      attempts: flags.connectAttempts,
      stub: flags.stub,
      warn: (text) => tell({ message: `${port}: ${text}` }),
    });
    return await workOn(board, link, flags, act);
  } finally {
    await link.close();
  }
}

async function workOn<T>(
  board: Board,
  link: SerialLink,
  flags: BoardFlags,
  act: (board: Board) => Promise<T>,
): Promise<T> {
  const leave = async () => {
    if (!link.isOpen) return board.release();
    if (flags.after === 'hard-reset' && !link.hasLines) {
      console.error(
        `ota: ${link.name} has no reset line: press the board’s EN (RESET) to start the app`,
      );
    }
    await board.leave(flags.after);
  };
  let result: T;
  try {
    result = await act(board);
  } catch (error) {
    // Whatever was refused, the app that is there goes on running.
    if (!isSerialError(error, 'unplugged')) await leave().catch(() => {});
    throw error;
  }
  await leave();
  return result;
}

/** What came of the work on one board. */
export type Outcome<T> =
  | { port: string; ok: true; result: T }
  | { port: string; ok: false; problem: TroubleReport };

/** Works on several boards at once; one that fails stops no other, and sets the exit code. */
export async function onEach<T>(
  ports: readonly string[],
  act: (port: string) => Promise<T>,
): Promise<Outcome<T>[]> {
  return Promise.all(
    ports.map(async (port): Promise<Outcome<T>> => {
      try {
        return { port, ok: true, result: await act(port) };
      } catch (error) {
        debug(error);
        const code = exitCodeOf(error);
        process.exitCode = Math.max(code, Number(process.exitCode ?? 0));
        return { port, ok: false, problem: troubleOf(error) };
      }
    }),
  );
}

/** Prints what came of it: a page of the boards that went well, and what failed below it.
 * @param report for `--json` */
export function showBoards(
  outcomes: readonly Outcome<unknown>[],
  flags: { json?: boolean },
  report: object,
  fill: (page: Page) => void,
): void {
  if (flags.json || outcomes.some(({ ok }) => ok)) show(report, flags, fill);
  tellFailures(outcomes);
}

/** Tells what failed, below everything else. */
export function tellFailures(outcomes: readonly Outcome<unknown>[]): void {
  for (const outcome of outcomes) {
    if (outcome.ok) continue;
    const { message, hint } = outcome.problem;
    const named = message.includes(outcome.port) || outcomes.length === 1;
    tell({ ...outcome.problem, message: named ? message : `${outcome.port}: ${message}`, hint });
  }
}
