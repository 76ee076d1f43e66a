/** What both databases store as it is. */
export type SqlValue = null | string | number | bigint | Uint8Array;

/**
 * A value as both databases keep it, or a TypeError that says which parameter is wrong: SQLite would store a Date, undefined or
 * NaN as NULL without a word. PostgreSQL takes no U+0000 in text and no lone surrogate, and boards send both in error messages:
 * each becomes U+FFFD, in SQLite too, so that the rows are the same.
 */
export function bindable(value: unknown, index: number): SqlValue {
  if (typeof value === 'string') return storableText(value);
  if (value === null || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(
    `SQL parameter ${index + 1} is ${nameOf(value)}: no database would keep it as it is. ` +
      'Pass a finite number, string, bigint, bytes or null.',
  );
}

export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function nameOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (value === undefined) return 'undefined';
  return (value as object).constructor?.name ?? typeof value;
}
