import type { Clock } from '../clock.ts';
import type { Exchange } from '../port/listener.ts';
import { exchangeLine, failureLine, type LogFormat, noteLine } from './lines.ts';
import { createRedactor } from './redact.ts';

export interface LogOptions {
  format: LogFormat;
  /** Where lines go; several may come at once. */
  write: (text: string) => void;
  clock: Clock;
  /** Values that never stand in a line, wherever they came from. */
  secrets?: readonly string[];
}

/** A server's log: requests, failures and notes, a line each. */
export interface Log {
  exchange(exchange: Exchange): void;
  failure(error: unknown, request: Request, id?: string): void;
  note(text: string): void;
  /** Writes what is still held. */
  flush(): void;
}

/**
 * Lines are redacted, and held until the event loop comes round: under load one write takes many.
 * Control characters of a target or an error cannot forge a line.
 */
export function createLog(options: LogOptions): Log {
  const { format, write, clock } = options;
  const redact = createRedactor(options.secrets);
  let held: string[] = [];

  function flush(): void {
    if (held.length === 0) return;
    const lines = held;
    held = [];
    write(`${lines.join('\n')}\n`);
  }

  function add(line: string): void {
    if (held.length === 0) setImmediate(flush);
    held.push(redact(line));
  }

  return {
    exchange: (e) => add(oneLine(exchangeLine(format, e, clock.now()))),
    failure(error, request, id) {
      const { method } = request;
      const { pathname: path } = new URL(request.url);
      add(failureLine(format, { id, method, path, error }, clock.now()));
    },
    note: (text) => add(oneLine(noteLine(format, text, clock.now()))),
    flush,
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
