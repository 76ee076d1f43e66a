import type { TraceRecord } from '../kernel/trace.ts';

export interface BootRecord {
  board: string;
  /** Partition label, such as `app0`. */
  slot: string;
  md5: string;
}

/** What a `boot` record of the trace says: which slot's bytes begin to run. */
export function bootRecord({ kind, board, data }: TraceRecord): BootRecord | undefined {
  if (kind !== 'boot' || typeof data !== 'string') return undefined;
  const match = /^(\S+) ([0-9a-f]{32})$/.exec(data);
  return match ? { board, slot: match[1]!, md5: match[2]! } : undefined;
}
