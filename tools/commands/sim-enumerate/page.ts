import { formatSeconds } from '../../../simulator/report/duration.ts';
import { junitXml } from '../../../simulator/report/junit.ts';
import { mishapName } from '../../../simulator/scenario/enumerate/mishap.ts';
import { describePoint, type PlannedPoint } from '../../../simulator/scenario/enumerate/plan.ts';
import type { Reference } from '../../../simulator/scenario/enumerate/reference.ts';
import { md5Hex } from '../../../simulator/scenario/mesh-update/observe.ts';
import { programOrigin } from '../sim-scenario/origin.ts';
import { reproduceLine } from '../sim-scenario/recorded-run.ts';
import type { Colors } from '../support/page.ts';
import type { Enumerated, PointFailure } from './enumerate.ts';

/** So many failed points are named. */
const SHOWN_MAX = 10;

/** What the points are of. */
export interface Bed {
  path: string;
  seed: string;
  /** Wall time. */
  seconds: number;
}

/** What there is to try, before it is tried. */
export function planLines(reference: Reference, points: readonly PlannedPoint[]): string[] {
  const { result, frames } = reference;
  const time = `as it is      ${formatSeconds(result.virtualSeconds)}, everything as expected`;
  if (!points.some(({ mishap }) => 'cut' in mishap)) {
    return [
      time,
      `points        ${points.length} of the ${frames.length} mesh frames since the first offer`,
    ];
  }
  const boards = Map.groupBy(points, ({ mishap }) => ('cut' in mishap ? mishap.cut.board : ''));
  const lines = [...boards].map(([board, own]) => {
    const all = reference.flash.get(board)!.journal.entries.length;
    const numbers = own.map(({ mishap }) => ('cut' in mishap ? mishap.cut.operation : 0));
    const operations = new Set(numbers).size;
    const of = operations < all ? `${operations} of ${all}` : `${all}`;
    return `points        ${own.length}: ${of} flash operations of ${board}, ${own.length / operations} phases each`;
  });
  return [time, ...lines, `from flash    ${bootsOf(reference, points)}`];
}

/** Which images a bootloader starts from the flash that each cut leaves. */
function bootsOf({ options }: Reference, points: readonly PlannedPoint[]): string {
  const names = new Map([...options.images].map(([name, bytes]) => [md5Hex(bytes), name]));
  const boots = Map.groupBy(
    points,
    ({ expected }) => names.get(expected.booted ?? '') ?? 'nothing else',
  );
  return [...boots].map(([name, own]) => `${own.length} start ${name}`).join(', ');
}

/** What came of it, and how to see failures again. */
export function resultLines(
  outcome: Enumerated,
  { path, seed, seconds }: Bed,
  colour: Colors,
): string[] {
  const { failures } = outcome;
  const lines = [
    `tried         ${triedOf(outcome)}`,
    `time          ${formatSeconds(seconds)}; ${outcomeFigures(outcome)}`,
  ];
  const failed = [...new Set(failures.map(({ point }) => point))];
  if (failed.length === 0) return [...lines, `${colour.green('✓')} no point failed`];
  lines.push(`${colour.red('✗')} ${failed.length} points failed`, ...failureLines(failures));
  lines.push(`to see it again, at ${programOrigin()}:`);
  for (const { mishap } of failed.slice(0, SHOWN_MAX)) {
    lines.push(`  ${reproduceLine(path, seed, [mishap])}`);
  }
  return lines;
}

/** How many points had a run of their own, and what became of the others. */
function triedOf({ points, wanted, journal, runs: { size } }: Enumerated): string {
  const left = `${points - wanted} ${journal ? 'by the journal alone' : 'left out'}`;
  const others = [
    ...(wanted < points ? [left] : []),
    ...(size < wanted ? [`${wanted - size} not made`] : []),
  ];
  return `${size} of ${points} points in runs of their own, ${others.join(', ') || 'none was skipped'}`;
}

/** What it took, in one line. */
export function outcomeFigures({ cpuSeconds, virtualSeconds }: Enumerated): string {
  return `${cpuSeconds.toFixed(0)} s of CPU for ${formatSeconds(virtualSeconds)} of virtual time`;
}

/** The first points that failed, and why. */
export function failureLines(failures: readonly PointFailure[]): string[] {
  const lines = failures
    .slice(0, SHOWN_MAX)
    .flatMap(({ point, message }) => [`  ✗ ${describePoint(point)}`, `      ${message}`]);
  const more = failures.length - SHOWN_MAX;
  return more > 0 ? [...lines, `  … ${more} more`] : lines;
}

export function enumerationJson(outcome: Enumerated, { path, seed, seconds }: Bed): object {
  const { points, wanted, runs, failures, virtualSeconds, cpuSeconds } = outcome;
  return {
    path,
    seed,
    ok: failures.length === 0 && runs.size === wanted,
    points,
    wanted,
    runs: runs.size,
    wallSeconds: seconds,
    cpuSeconds,
    virtualSeconds,
    failures: failures.map(({ point, message }) => ({
      point: mishapName(point.mishap),
      what: point.what,
      message,
      reproduce: reproduceLine(path, seed, [point.mishap]),
    })),
  };
}

/** A case for each point; one that was not tried has none. */
export function enumerationJUnit(
  outcome: Enumerated,
  points: readonly PlannedPoint[],
  { path, seed }: Bed,
): string {
  const messages = new Map(outcome.failures.map(({ point, message }) => [point, message]));
  return junitXml(
    points
      .filter((point) => outcome.runs.has(point) || messages.has(point))
      .map((point) => {
        const message = messages.get(point);
        const details = reproduceLine(path, seed, [point.mishap]);
        return {
          suite: path,
          name: describePoint(point),
          seconds: outcome.runs.get(point) ?? 0,
          ...(message !== undefined && { failure: { message, details } }),
        };
      }),
  );
}
