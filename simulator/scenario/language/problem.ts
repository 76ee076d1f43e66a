/** What is wrong in a scenario file, and where. */
export interface Problem {
  /** From 1. */
  line: number;
  column: number;
  message: string;
}

/** A scenario file that says something it must not, or does not say what it must. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(formatProblems(file, problems).join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** One line each, `file:line:column: message`, as compilers write them, in the order of the file. */
export function formatProblems(file: string, problems: readonly Problem[]): string[] {
  return [...problems]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
