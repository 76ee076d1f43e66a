import type { Diagnostic } from './types.ts';

/** A sketch that cannot be built: every message the user needs, and nothing about our own insides. */
export class BuildError extends Error {
  readonly diagnostics: Diagnostic[];

  constructor(diagnostics: Diagnostic[]) {
    super(summary(diagnostics));
    this.name = 'BuildError';
    this.diagnostics = diagnostics;
  }
}

/** A BuildError about one file (or about none: `file` empty). */
export function buildError(file: string, message: string, hint?: string): BuildError {
  return buildErrorAt(file, 0, message, hint);
}

/** A BuildError about one line of a file; `line` from 1, 0 where unknown. */
export function buildErrorAt(
  file: string,
  line: number,
  message: string,
  hint?: string,
): BuildError {
  return new BuildError([{ file, line, column: 0, severity: 'error', message, hint }]);
}

function summary(diagnostics: Diagnostic[]): string {
  const first = diagnostics.find((d) => d.severity === 'error') ?? diagnostics[0];
  if (!first) return 'the build failed';
  const place = first.file === '' ? '' : `${first.file}${first.line > 0 ? `:${first.line}` : ''}: `;
  const errors = diagnostics.filter((d) => d.severity === 'error').length;
  return `${place}${first.message}${errors > 1 ? ` (and ${errors - 1} more)` : ''}`;
}
