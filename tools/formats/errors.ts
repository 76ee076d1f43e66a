/**
 * What every parser and builder of this folder throws, and nothing else: bad bytes or bad input,
 * never a bug of the caller's.
 */
export class FormatError extends Error {
  /** Stable, lower-case, hyphenated; for programs. NVS errors carry the names of nvs.h instead. */
  readonly code: string;
  /** Byte offset in the input at which the trouble stands, where there is one. */
  readonly offset?: number;
  /** What the reader can do about it. */
  readonly hint?: string;

  constructor(code: string, message: string, where: { offset?: number; hint?: string } = {}) {
    super(message);
    this.name = 'FormatError';
    this.code = code;
    this.offset = where.offset;
    this.hint = where.hint;
  }
}
