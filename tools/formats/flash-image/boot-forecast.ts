import { bootCandidates, TEST_SLOT } from '../boot-candidates.ts';
import {
  type BootSelection,
  describeOtadata,
  FACTORY_SLOT,
  initialOtadataWrite,
  OTA_STATE,
  type OtadataEntries,
  type OtadataEntryReport,
  type OtadataWrite,
  otadataEntryText,
  otaStateName,
  selectBootSlot,
} from '../otadata.ts';
import type { BootPartitions, Partition } from '../partition-table.ts';
import type { SlotImage } from './slot-image.ts';

/** What the next reset would do. */
export interface BootForecast {
  /** Absent: nothing can be booted, and the board resets again and again. */
  boots?: { slot: number; partition: string; offset: number };
  /** How the bootloader comes to that, in sentences. */
  why: string[];
  /** What it writes to otadata on the way. */
  writes: { entry: 0 | 1; state: string }[];
  /** What it tries, in order, up to the one that boots. */
  attempts: { slot: number; partition: string; ok: boolean; problem?: string }[];
}

export interface ForecastInput {
  partitions: BootPartitions;
  /** Absent: no otadata partition. `unreadable`: too small, or beyond the dump. */
  otadata?: OtadataEntries | 'unreadable';
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  rollback: boolean;
  imageOf(partition: Partition): SlotImage | undefined;
}

/** Decides by the same functions as a virtual board's bootloader, without anti-rollback. */
export function forecastBoot(input: ForecastInput): BootForecast {
  const { partitions, otadata, rollback } = input;
  const forecast: BootForecast = { why: [], writes: [], attempts: [] };
  if (otadata === 'unreadable') {
    forecast.why.push('The otadata partition cannot be read, so that the bootloader resets.');
    return forecast;
  }
  const { appCount } = partitions;
  const hasFactory = partitions.factory !== undefined;
  const selection = selectBootSlot({ entries: otadata, appCount, hasFactory, rollback });
  forecast.writes = selection.writes.map(({ entry, state }) => ({
    entry,
    state: otaStateName(state),
  }));
  forecast.why.push(...reasons(input, selection));
  tryInOrder(input, selection.slot, forecast);
  if (selection.initial && forecast.boots) {
    const write = initialOtadataWrite(forecast.boots.slot);
    if (write) {
      forecast.writes.push({ entry: write.entry, state: otaStateName(write.state) });
      forecast.why.push(`It is then recorded in otadata entry ${write.entry}, as VALID.`);
    }
  }
  return forecast;
}

function* reasons(
  { otadata, partitions }: ForecastInput,
  selection: BootSelection,
): Generator<string> {
  const { appCount, factory } = partitions;
  if (otadata === undefined || otadata === 'unreadable') {
    yield 'There is no otadata partition: the factory app is selected.';
    return;
  }
  const { active } = selection;
  const aborted = selection.writes.filter(({ state }) => state === OTA_STATE.ABORTED);
  const found = describeOtadata(otadata, appCount);
  const after = describeOtadata(afterWrites(otadata, aborted), appCount);
  for (const [index, entry] of after.entries()) {
    if (!aborted.some((write) => write.entry === index)) yield otadataEntryText(entry, index);
    else yield abortedText(found[index]!, index);
  }
  if (active !== -1) {
    const { slot } = after[active];
    yield `Entry ${active} decides${advantage(after, active)}: ota_${slot} is selected.`;
    if (selection.writes.length > aborted.length) {
      yield `Entry ${active} becomes PENDING_VERIFY: it is started for the first time, on trial.`;
    }
    return;
  }
  const why = appCount === 0 ? 'There is no OTA slot' : 'Neither entry decides';
  yield `${why}: ${factory ? 'the factory app' : 'the first slot, there being no factory app,'} is selected.`;
}

function abortedText({ seq, slot }: OtadataEntryReport, index: number): string {
  const target = slot === undefined ? '' : ` for ota_${slot}`;
  return `Entry ${index} (number ${seq}${target}) becomes ABORTED: it was PENDING_VERIFY, that is, started and not confirmed before the reset.`;
}

function afterWrites(entries: OtadataEntries, writes: readonly OtadataWrite[]): OtadataEntries {
  const stateOf = (index: 0 | 1): number =>
    writes.find(({ entry }) => entry === index)?.state ?? entries[index].state;
  return [
    { ...entries[0], state: stateOf(0) },
    { ...entries[1], state: stateOf(1) },
  ];
}

function advantage(entries: readonly OtadataEntryReport[], active: number): string {
  const other = entries[1 - active]!;
  if (other.verdict !== 'counts') return '';
  return entries[active]!.seq > other.seq ? ', by its higher number' : ', as the first of equals';
}

function tryInOrder(input: ForecastInput, selected: number, forecast: BootForecast): void {
  const candidates = bootCandidates(selected, input.partitions);
  if (selected >= 0 && candidates[0]?.slot !== selected) {
    forecast.why.push(`The table has no ${slotName(selected)}.`);
  }
  for (const { slot, partition } of candidates) {
    const image = input.imageOf(partition);
    const ok = image?.state === 'ok';
    const problem = ok ? undefined : slotProblem(image);
    forecast.attempts.push({ slot, partition: partition.label, ok, ...(problem && { problem }) });
    const name = slotName(slot);
    if (ok) {
      forecast.boots = { slot, partition: partition.label, offset: partition.offset };
      forecast.why.push(`${name} holds a sound image, and boots.`);
      return;
    }
    forecast.why.push(`${name} cannot boot: ${problem}.`);
  }
  forecast.why.push('Nothing is left to try: the bootloader resets, again and again.');
}

function slotProblem(image: SlotImage | undefined): string {
  if (!image) return 'it lies beyond the end of the dump';
  if (image.state === 'empty') return 'it is empty';
  return image.problems.map(({ message }) => message).join('; ');
}

/** "ota_0", "factory", "test" */
export function slotName(slot: number): string {
  if (slot === FACTORY_SLOT) return 'factory';
  return slot === TEST_SLOT ? 'test' : `ota_${slot}`;
}
