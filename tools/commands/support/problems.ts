import { FormatError } from '../../formats/errors.ts';
import { show } from './show.ts';

/** A problem as `--json` has it. */
export interface CodedProblem {
  code: string;
  message: string;
  offset?: number;
  hint?: string;
}

export function problemOf({ code, message, offset, hint }: FormatError): CodedProblem {
  return { code, message, offset, hint };
}

/**
 * Runs a command's work; a FormatError becomes a report `{ ok: false, problems }` and exit code 1. Other
 * errors pass through.
 */
export async function reportingFaults(
  flags: { json?: boolean; output?: string },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const problems = [problemOf(error)];
    show({ ok: false, problems }, flags, (page) => page.problems(problems));
    process.exitCode = 1;
  }
}
