import { formatSeconds } from '../../../simulator/report/duration.ts';
import { formatTable } from '../../../simulator/report/table.ts';
import { mishapFlag, struck } from '../../../simulator/scenario/enumerate/mishap.ts';
import type { BoardResult, ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { SECOND } from '../../../simulator/scenario/world.ts';
import type { Colors } from '../support/page.ts';
import { printable } from '../support/text.ts';
import type { JobOutcome } from './job.ts';

/** A whole run, for people: what was expected, what was found, the boards, figures. */
export function resultLines(result: ScenarioResult, seconds: number, colour: Colors): string[] {
  const boards = formatTable<BoardResult>(
    [
      { title: 'board', cell: ({ name }) => name },
      { title: 'state', cell: ({ state }) => state },
      { title: 'resets', cell: ({ resets }) => String(resets), right: true },
    ],
    result.boards,
    colour.dim,
  );
  return [
    ...verdictLines(result, colour),
    '',
    ...boards,
    '',
    `virtual time  ${formatSeconds(result.virtualSeconds)}`,
    `wall time     ${formatSeconds(seconds)}`,
    `speed-up      ${(result.virtualSeconds / seconds).toFixed(0)}×`,
    `seed          ${printable(result.seed)}`,
    `trace         ${result.trace}`,
  ];
}

/** Each expectation, and what oracles found. */
export function verdictLines(result: ScenarioResult, colour: Colors): string[] {
  const lines = result.verdicts.map(({ text, ok, seen }) =>
    ok
      ? `  ${colour.green('✓')} ${printable(text)}`
      : `  ${colour.red('✗')} ${printable(`${text}: ${seen}`)}`,
  );
  for (const { oracle, time, message } of result.findings) {
    const at = formatSeconds(time / SECOND);
    lines.push(`  ${colour.red('✗')} ${colour.bold(oracle)} at ${at}: ${printable(message)}`);
  }
  for (const step of result.waiting)
    lines.push(`  ${colour.red('✗')} never came to ${printable(step)}`);
  return lines;
}

/** One line for a run among many; the reasons below it where it failed. */
export function outcomeLines(outcome: JobOutcome, colour: Colors): string[] {
  const name = printable(`${outcome.path} seed ${outcome.seed}`);
  const { result, error, seconds } = outcome;
  if (!result) return [`${colour.red('✗')} ${name}: ${error}`];
  const times = `${formatSeconds(result.virtualSeconds)} in ${formatSeconds(seconds)}`;
  const missed = missedOf(outcome);
  if (result.ok && missed === undefined) {
    return [`${colour.green('✓')} ${name}  ${colour.dim(times)}`];
  }
  const wrong = verdictLines(result, colour).filter((line) => line.includes('✗'));
  if (missed !== undefined) wrong.push(`  ${colour.red('✗')} ${missed}`);
  return [`${colour.red('✗')} ${name}  ${colour.dim(times)}`, ...wrong];
}

/** Why a run failed, in one line. */
export function failureOf({ result, error }: JobOutcome): string | undefined {
  if (!result) return error ?? 'there is no result';
  if (result.ok) return undefined;
  const verdict = result.verdicts.find(({ ok }) => !ok);
  const [finding] = result.findings;
  if (finding) return `${finding.oracle}: ${finding.message}`;
  if (verdict) return `${verdict.text}: ${verdict.seen}`;
  return `never came to ${result.waiting[0]}`;
}

/** What the run was to go through by its flags, and never came to: it proves nothing then. */
export function missedOf({ mishaps = [], seen = [] }: JobOutcome): string | undefined {
  const missed = seen.flatMap((one, i) => (struck(one) ? [] : [mishapFlag(mishaps[i]!)]));
  return missed.length > 0 ? `the run never came to ${missed.join(' ')}` : undefined;
}
