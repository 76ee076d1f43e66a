/** What a `Range` header asks of a representation of `size` bytes; `end` is inclusive. */
export type RangeRequest =
  | { kind: 'whole' }
  | { kind: 'part'; start: number; end: number }
  | { kind: 'unsatisfiable' };

const WHOLE: RangeRequest = { kind: 'whole' };
const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * Reads one byte range (RFC 9110 §14.1.2, §14.2): `N-M`, `N-`, `-N`. An end past the last byte
 * is clamped. A foreign unit, a malformed header or several ranges mean the whole representation,
 * as the RFC allows; only a well-formed range that selects nothing is unsatisfiable.
 */
export function parseRange(header: string | null, size: number): RangeRequest {
  if (header === null) return WHOLE;
  const match = SINGLE.exec(header);
  if (!match) return WHOLE;
  const first = match[1] ?? '';
  const last = match[2] ?? '';
  if (first === '') {
    if (last === '') return WHOLE;
    const count = Number(last);
    if (count === 0 || size === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', start: Math.max(0, size - count), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return WHOLE;
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: Math.min(end, size - 1) };
}
