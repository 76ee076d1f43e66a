import type { TraceRecord } from '../kernel/trace.ts';

/** One whole operation of a board's flash, as the trace has it: bytes `from` to before `to`. */
export interface FlashOp {
  kind: 'erase' | 'program';
  from: number;
  to: number;
}

/** What an `erase` or `program` record says; undefined for any other record. */
export function flashOp({ kind, data }: TraceRecord): FlashOp | undefined {
  if ((kind !== 'erase' && kind !== 'program') || typeof data !== 'string') return undefined;
  const match = /^([0-9a-f]+)\+(\d+)/.exec(data);
  if (!match) return undefined;
  const from = Number.parseInt(match[1]!, 16);
  return { kind, from, to: from + Number(match[2]) };
}
