import type { TraceRecord } from '../kernel/trace.ts';

/** A record of a trace that was read from a file. */
export interface TraceLine {
  /** µs of virtual time. */
  time: number;
  board: string;
  kind: string;
  data: Uint8Array | string;
  link?: number;
}

/** One record as a line of strict JSON: `{"time":…,"board":…,"kind":…,"text":…}`, bytes as `"base64"` instead of `"text"`. */
export function traceLine({ time, board, kind, data, link }: TraceRecord): string {
  const content =
    typeof data === 'string' ? { text: data } : { base64: Buffer.from(data).toString('base64') };
  return JSON.stringify({ time, board, kind, ...(link !== undefined && { link }), ...content });
}

/** Reads one line back. @throws Error that says which line is wrong, and how */
export function parseTraceLine(line: string, number = 1): TraceLine {
  const wrong = (what: string) => new Error(`line ${number} of the trace: ${what}`);
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw wrong('it is no JSON');
  }
  const { time, board, kind, link, text, base64 } = value ?? {};
  if (typeof time !== 'number') throw wrong('time must be a number of µs');
  if (typeof board !== 'string' || typeof kind !== 'string') {
    throw wrong('board and kind must be texts');
  }
  if (link !== undefined && !Number.isSafeInteger(link)) throw wrong('link must be a number');
  const head = { time, board, kind };
  const tail = link === undefined ? {} : { link: link as number };
  if (typeof text === 'string') return { ...head, data: text, ...tail };
  if (typeof base64 !== 'string') throw wrong('it has neither text nor base64');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw wrong('base64 is damaged');
  return { ...head, data: new Uint8Array(bytes), ...tail };
}
