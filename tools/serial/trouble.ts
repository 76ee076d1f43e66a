/** What kind of thing went wrong; stable, for programs. */
export type SerialCode =
  | 'port-missing'
  | 'port-busy'
  | 'port-permission'
  | 'port-failed'
  | 'port-address'
  | 'port-lines'
  | 'unplugged'
  | 'no-reply'
  | 'board-reset'
  | 'wrong-boot-mode'
  | 'noise'
  | 'refused'
  | 'unknown-chip'
  | 'not-supported'
  | 'flash-missing'
  | 'input'
  | 'mismatch'
  | 'verify'
  | 'tool-missing'
  | 'build-failed';

/** What every function of this folder throws where port, board or input are at fault: a sentence that
 * says what and where, and a hint on what to do. */
export class SerialError extends Error {
  readonly code: SerialCode;
  readonly hint?: string;

  constructor(code: SerialCode, message: string, more: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'SerialError';
    this.code = code;
    this.hint = more.hint;
  }
}

/** What to do where bytes arrive damaged, or not at all. */
export const NOISE_HINT = 'the line is noisy: try a lower --baud, a shorter cable, another port';

/** Is it a SerialError, of one of these codes if any are given? */
export function isSerialError(error: unknown, ...codes: SerialCode[]): error is SerialError {
  return error instanceof SerialError && (codes.length === 0 || codes.includes(error.code));
}
