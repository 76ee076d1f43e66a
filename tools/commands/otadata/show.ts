import { Command } from 'commander';
import { type BootForecast, slotName } from '../../formats/flash-image/boot-forecast.ts';
import {
  describeOtadata,
  type OtadataEntryReport,
  otaStateName,
  selectBootSlot,
} from '../../formats/otadata.ts';
import type { CodedProblem } from '../support/problems.ts';
import { JSON_FLAG, show } from '../support/show.ts';
import { printable } from '../support/text.ts';
import { fillEntries } from './page.ts';
import {
  type OtadataSource,
  readOtadataSource,
  type SourceFlags,
  sourceOptions,
} from './source.ts';

const EXAMPLES = `
Examples:
  $ ota otadata show flash-dump.bin
  $ ota otadata show otadata.bin --slots 2 --json

Of a flash dump the images in the slots are looked at as well; an otadata partition alone tells only
which slot is selected. The exit code is 1 where the file has no otadata, both entries are damaged, or nothing
would boot.`;

export function showCommand(): Command {
  return sourceOptions(new Command('show').description('Print both entries and what boots next.'))
    .option(...JSON_FLAG)
    .addHelpText('after', EXAMPLES)
    .action(showOtadata);
}

async function showOtadata(file: string, flags: SourceFlags): Promise<void> {
  const source = await readOtadataSource(file, flags);
  const entries = describeOtadata(source.entries, source.appCount);
  const boot = source.report?.boot;
  const selected = selectionOf(source, flags.rollback);
  const { name, kind, appCount, hasFactory } = source;
  const problems = problemsOf(entries);
  const report = {
    file: name,
    kind,
    slots: appCount,
    factory: hasFactory,
    entries,
    selected,
    boot,
    problems,
  };
  show(report, flags, (page) => {
    page.section(printable(name), [
      ['kind', kind === 'dump' ? 'flash dump' : 'otadata partition'],
      ['slots', `${appCount}${hasFactory ? ' and factory' : ''}`],
    ]);
    fillEntries(page, 'Entries', entries);
    page.lines('Next boot', boot ? bootLines(boot) : selectedLines(selected));
    page.problems(problems);
  });
  const wrong = boot ? !boot.boots : problems.length > 0;
  if (wrong) process.exitCode = 1;
}

/** A power cut spoils one entry; both are wrong only in something else. */
function problemsOf(entries: readonly OtadataEntryReport[]): CodedProblem[] {
  if (entries.some(({ verdict }) => verdict !== 'bad-crc')) return [];
  const message = 'no entry has a right CRC: this is no otadata, or it was damaged';
  return [{ code: 'otadata-crc', message }];
}

function bootLines({ why, boots }: BootForecast): string[] {
  const verdict = boots ? `boots ${slotName(boots.slot)} (${boots.partition})` : 'boots nothing';
  return [...why, verdict].map(printable);
}

export interface Selection {
  /** ota_0 …, or factory; where there is no factory app, the slots are tried from ota_0 on. */
  slot: string;
  /** What the bootloader writes before it loads anything. */
  writes: { entry: number; state: string }[];
}

export function selectionOf(
  source: Pick<OtadataSource, 'entries' | 'appCount' | 'hasFactory'>,
  rollback: boolean,
): Selection {
  const { entries, appCount, hasFactory } = source;
  const { slot, writes } = selectBootSlot({ entries, appCount, hasFactory, rollback });
  const states = writes.map(({ entry, state }) => ({ entry, state: otaStateName(state) }));
  return { slot: slotName(slot < 0 && !hasFactory ? 0 : slot), writes: states };
}

export function selectedLines({ slot, writes }: Selection): string[] {
  const changes = writes.map(({ entry, state }) => `entry ${entry} becomes ${state}`);
  return [...changes, `${slot} is tried first`];
}
