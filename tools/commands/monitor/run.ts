import {
  Keyboard,
  Monitor,
  type MonitorEnd,
  type MonitorOptions,
  openSymbols,
  parseFilter,
  patternOf,
  type Stamp,
} from '../../monitor/index.ts';
import { baudOf, openBoardPort, resetLink, toBootloader } from '../serial/board-port.ts';
import { wantsColor } from '../support/page.ts';
import { attachTerminal } from './terminal.ts';

export interface MonitorFlags {
  baud?: string | number;
  elf?: string;
  filter?: string;
  timestamps?: Stamp;
  log?: string;
  hex?: boolean;
  reset?: boolean;
  send?: string[];
  eol?: string;
  expect?: string[];
  fail?: string[];
  /** ms */
  timeout?: number;
  keepGoing?: boolean;
  json?: boolean;
}

const EXIT = { failed: 3, timeout: 5 };
const EOL: Record<string, string> = { lf: '\n', cr: '\r', crlf: '\r\n' };

/**
 * The console of a board until a person leaves or what is waited for has come; sets the exit code.
 * @throws Error a sentence, where the port, a file or an option is wrong
 */
export async function runMonitor(port: string, flags: MonitorFlags): Promise<void> {
  const monitor = new Monitor(await optionsOf(port, flags));
  const eol = EOL[flags.eol ?? 'lf'];
  if (eol === undefined) throw new Error(`--eol is lf, cr or crlf, not ${flags.eol}`);
  const stop = () => monitor.leave();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let detach = () => {};
  try {
    const begun = () => {
      detach = attachTerminal(monitor, new Keyboard(), eol);
      for (const line of flags.send ?? []) void monitor.send(`${line}${eol}`);
    };
    report(await monitor.run(begun), flags);
  } finally {
    detach();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function optionsOf(port: string, flags: MonitorFlags): Promise<MonitorOptions> {
  const baudRate = baudOf(flags.baud ?? 115_200);
  const print = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
  return {
    open: () => openBoardPort(port, baudRate),
    reset: resetLink,
    bootloader: toBootloader,
    write: (text) => process.stdout.write(text),
    colour: wantsColor(process.stdout),
    filter: parseFilter(flags.filter ?? ''),
    stamp: flags.timestamps,
    hex: flags.hex,
    log: flags.log,
    symbols: flags.elf === undefined ? undefined : await openSymbols(flags.elf),
    resetFirst: flags.reset,
    expect: (flags.expect ?? []).map(patternOf),
    fail: (flags.fail ?? []).map(patternOf),
    timeoutMs: flags.timeout,
    keepGoing: flags.keepGoing,
    ...(flags.json && { onEvent: print }),
  };
}

/** The last word on standard error, and the exit code. */
function report(end: MonitorEnd, { json }: MonitorFlags): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: 'end', ...plain(end) })}\n`);
  switch (end.kind) {
    case 'left':
    case 'expected':
      return;
    case 'failed':
      console.error(`ota: ${end.pattern} has come: ${end.text}`);
      process.exitCode = EXIT.failed;
      return;
    case 'crashed':
      console.error(`ota: the board crashed: ${end.reason}`);
      process.exitCode = EXIT.failed;
      return;
    case 'timeout':
      console.error(
        `ota: the time ran out${end.missing.length > 0 ? `, without ${end.missing.join(', ')}` : ''}`,
      );
      process.exitCode = EXIT.timeout;
  }
}

function plain(end: MonitorEnd): object {
  return 'pattern' in end ? { ...end, pattern: String(end.pattern) } : end;
}
