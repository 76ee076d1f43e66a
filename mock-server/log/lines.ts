import type { Exchange } from '../port/listener.ts';

/** How a log is written: a JSON object a line, or for people. */
export type LogFormat = 'json' | 'pretty';

/** A failure of the server's own, and the request it was serving. */
export interface Failure {
  id: string | undefined;
  method: string;
  path: string;
  error: unknown;
}

export function exchangeLine(format: LogFormat, e: Exchange, time: number): string {
  const ms = Math.round(e.ms * 10) / 10;
  if (format === 'pretty') {
    const cut = e.aborted ? ' (cut off)' : '';
    return `${clock(time)} ${e.status || '---'} ${e.method.padEnd(4)} ${e.target} ${ms} ms ${e.bytes} B${cut} ${e.address ?? '-'} ${e.id}`;
  }
  const { id, method, target: path, route, status, bytes, address } = e;
  const record = { ...head(time, 'info', 'request'), id, method, path, route, status };
  return JSON.stringify({ ...record, ms, bytes, address, ...(e.aborted ? { aborted: true } : {}) });
}

export function failureLine(format: LogFormat, failure: Failure, time: number): string {
  const { id, method, path, error } = failure;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (format === 'pretty') return `${clock(time)} FAILED ${method} ${path} ${id ?? ''} ${text}`;
  const record = { ...head(time, 'error', 'request failed'), id, method, path };
  return JSON.stringify({ ...record, error: text });
}

/** Something about the server itself, in a sentence. */
export function noteLine(format: LogFormat, text: string, time: number): string {
  return format === 'pretty' ? `${clock(time)} ${text}` : JSON.stringify(head(time, 'info', text));
}

function head(time: number, level: string, message: string) {
  return { time: new Date(time).toISOString(), level, message };
}

/** Local time of day, to the millisecond. */
function clock(time: number): string {
  const at = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  const ms = String(at.getMilliseconds()).padStart(3, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`;
}
