import { Page, wantsColor } from './page.ts';

/** Where reports go: standard output, or standard error while bytes go to standard output. */
interface Target {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Prints a report: with `--json` the object itself, else the page that `fill` writes.
 * @param output where the command writes its bytes, if it does: with `-` the report goes to standard error
 */
export function show(
  report: object,
  flags: { json?: boolean; output?: string },
  fill: (page: Page) => void,
): void {
  const target: Target = flags.output === '-' ? process.stderr : process.stdout;
  if (flags.json) return void target.write(`${JSON.stringify(report, null, 2)}\n`);
  const page = new Page(wantsColor(target));
  fill(page);
  target.write(page.toString());
}

/** The description that every command's `--json` has. */
export const JSON_FLAG = ['--json', 'print the result as JSON'] as const;
