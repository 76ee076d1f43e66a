import { printableLines } from './text.ts';

/** What went wrong, as `--json` has it. */
export interface TroubleReport {
  /** Stable, for programs. */
  code: string;
  message: string;
  /** Byte in a file. */
  offset?: number;
  hint?: string;
}

/** What is told of whatever was thrown. */
export function troubleOf(error: unknown): TroubleReport {
  const { code, offset, hint } = (error ?? {}) as Record<string, unknown>;
  return {
    code: typeof code === 'string' ? code : 'failed',
    message: error instanceof Error ? error.message : String(error),
    offset: typeof offset === 'number' ? offset : undefined,
    hint: typeof hint === 'string' ? hint : undefined,
  };
}

/** One sentence on standard error, and what to do. Names of files, and what a board or a server said, may stand in it. */
export function tell({ message, hint }: Pick<TroubleReport, 'message' | 'hint'>): void {
  console.error(`ota: ${printableLines(message)}`);
  if (hint) console.error(`hint: ${printableLines(hint)}`);
}

/** For who looks for the mistake in the program: OTA_DEBUG shows where it was thrown. */
export function debug(error: unknown): void {
  if (process.env.OTA_DEBUG && error instanceof Error) console.error(error.stack);
}
