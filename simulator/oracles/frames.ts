import type { TraceRecord } from '../kernel/trace.ts';

const decoder = new TextDecoder('latin1');

/** The painlessMesh frames of a `frame` record, as text: each ends with a NUL on the air. */
export function framesOf({ kind, data }: TraceRecord): string[] {
  if (kind !== 'frame' || typeof data === 'string') return [];
  return decoder.decode(data).split('\0').filter(Boolean);
}
