import { type Command, InvalidArgumentError, Option } from 'commander';
import { AFTER_MODES, type AfterMode } from '../../serial/loader/board.ts';
import { BEFORE_MODES, type BeforeMode } from '../../serial/loader/sync.ts';
import { parseResetSequence, type ResetSequence } from '../../serial/reset/sequence.ts';
import { isSerialError } from '../../serial/trouble.ts';
import { baudOf } from '../serial/board-port.ts';
import { JSON_FLAG } from '../support/show.ts';

/** What every command that works on a board takes. */
export interface BoardFlags {
  port?: string[];
  all?: boolean;
  baud: number;
  before: BeforeMode;
  after: AfterMode;
  stub: boolean;
  resetSequence?: ResetSequence;
  connectAttempts: number;
  json?: boolean;
}

const BAUD = 460_800;
const ATTEMPTS = 7;

/** How a board is reached, reset and left. */
export function boardOptions(command: Command): Command {
  return command
    .option(
      '-p, --port <PORT>',
      'device path, rfc2217://host:port, socket://host:port or sim://name (or OTA_SERIAL_PORT; repeatable)',
      (port: string, ports: string[] = []) => [...ports, port],
    )
    .option('--all', 'every board that is plugged in')
    .option('-b, --baud <RATE>', 'bits a second once connected', baudOf, BAUD)
    .addOption(
      new Option('--before <MODE>', 'how the chip comes into download mode')
        .choices(BEFORE_MODES)
        .default('default-reset'),
    )
    .addOption(
      new Option('--after <MODE>', 'how the chip is left')
        .choices(AFTER_MODES)
        .default('hard-reset'),
    )
    .option(
      '--reset-sequence <STEPS>',
      'a reset of your own instead: D0|R1|W0.1|D1|R0|W0.05|D0',
      resetSequence,
    )
    .option('--connect-attempts <N>', 'resets to try', attempts, ATTEMPTS)
    .option('--no-stub', 'let the chip’s ROM do the work: slower, and needs nothing in RAM')
    .option(...JSON_FLAG);
}

function resetSequence(text: string): ResetSequence {
  try {
    return parseResetSequence(text);
  } catch (error) {
    if (!isSerialError(error)) throw error;
    throw new InvalidArgumentError(`${error.message}: ${error.hint}`);
  }
}

function attempts(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError('Give a number from 1 to 1000.');
}
