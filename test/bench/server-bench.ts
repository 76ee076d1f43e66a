/**
 * What the server does in a second, and what it holds in memory: `npm run bench server [SECTION…]`.
 * Loads come from other processes; ratios are medians of runs in turn, and the machine should have
 * nothing else to do. Prints figures with their goals.
 */

import { formatTable } from '../../simulator/report/table.ts';
import { createFixture } from './server/fixture.ts';
import {
  downloads,
  type Figure,
  gateways,
  growth,
  memory,
  rates,
  type Section,
} from './server/sections.ts';
import { hasWrk } from './server/wrk.ts';

const SECTIONS: Record<string, Section> = { rates, downloads, growth, gateways, memory };
const SIZE = { firmware: 1000, logs: 100_000 };

/** Runs the named sections, or all; the exit code is 1 where a goal is missed. */
export async function run(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in SECTIONS));
  if (unknown.length > 0) {
    throw new Error(
      `There is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}.`,
    );
  }
  if (!hasWrk()) {
    throw new Error('The load comes from wrk, which is not here; install it: apt-get install wrk.');
  }
  const fixture = await createFixture(SIZE);
  const missed: string[] = [];
  try {
    for (const name of names.length > 0 ? names : Object.keys(SECTIONS)) {
      const figures = await (SECTIONS[name] as Section)(fixture);
      print(name, figures);
      missed.push(...figures.filter((figure) => figure.met === false).map(({ what }) => what));
    }
  } finally {
    fixture.remove();
  }
  if (missed.length === 0) return;
  console.error(`missed: ${missed.join('; ')}`);
  process.exitCode = 1;
}

function print(name: string, figures: Figure[]): void {
  const columns = [
    { title: name, cell: (f: Figure) => f.what },
    { title: 'measured', cell: (f: Figure) => f.value },
    { title: 'goal', cell: (f: Figure) => f.goal ?? '' },
    { title: '', cell: ({ met }: Figure) => (met === undefined ? '' : met ? '✓' : 'missed') },
  ];
  console.log(`${formatTable(columns, figures).join('\n')}\n`);
}
