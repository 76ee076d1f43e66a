import { type Command, InvalidArgumentError } from 'commander';
import { bootCandidates, slotsOfApp } from '../../formats/boot-candidates.ts';
import { FormatError } from '../../formats/errors.ts';
import { slotName } from '../../formats/flash-image/boot-forecast.ts';
import { type FlashReport, inspectFlash } from '../../formats/flash-image/inspect.ts';
import { locatePartitionTable, partitionBytes } from '../../formats/flash-image/locate.ts';
import type { SlotImage } from '../../formats/flash-image/slot-image.ts';
import {
  FACTORY_SLOT,
  OTADATA_SIZE,
  type OtadataEntries,
  parseOtadata,
} from '../../formats/otadata.ts';
import { type BootPartitions, bootPartitions } from '../../formats/partition-table.ts';
import { address } from '../support/address.ts';
import { inputName, readInput } from '../support/input.ts';

export interface SourceFlags {
  slots: number;
  factory?: boolean;
  tableOffset?: number;
  rollback: boolean;
  json?: boolean;
}

/** otadata out of a partition file of its own, or out of a flash dump. */
export interface OtadataSource {
  /** The input, in messages. */
  name: string;
  kind: 'otadata' | 'dump';
  /** All of the input. */
  whole: Uint8Array;
  /** The partition, a view of `whole`. */
  bytes: Uint8Array;
  entries: OtadataEntries;
  /** Slots as the bootloader and as apps count them. */
  appCount: number;
  slotsOfApp: number;
  hasFactory: boolean;
  /** Of a dump: all of it. */
  report?: FlashReport;
  partitions?: BootPartitions;
}

/** The argument and the options that every otadata verb has. */
export function sourceOptions(command: Command, file = '<file>'): Command {
  return command
    .argument(file, 'otadata partition (0x2000 bytes) or flash dump; - for standard input')
    .option('--slots <N>', 'number of OTA slots, where no table tells', slotCount, 2)
    .option('--factory', 'there is a factory app, where no table tells')
    .option('--table-offset <ADDR>', 'where the partition table of a dump stands', address)
    .option('--no-rollback', 'for a bootloader and apps built without app rollback');
}

function slotCount(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 16) return Number(text);
  throw new InvalidArgumentError('Give a number from 1 to 16.');
}

/** @throws Error a sentence; FormatError where a dump has no table or no otadata partition */
export async function readOtadataSource(file: string, flags: SourceFlags): Promise<OtadataSource> {
  const whole = await readInput(file);
  const name = inputName(file);
  if (whole.length === OTADATA_SIZE) {
    const { slots, factory = false } = flags;
    const counts = { appCount: slots, slotsOfApp: slots, hasFactory: factory };
    const entries = parseOtadata(whole);
    return { name, kind: 'otadata', whole, bytes: whole, entries, ...counts };
  }
  if (whole.length < OTADATA_SIZE) {
    throw new Error(
      `${name} has ${whole.length} bytes: otadata has 0x2000 (8192), and a flash dump has more`,
    );
  }
  return fromDump(name, whole, flags);
}

function fromDump(name: string, whole: Uint8Array, flags: SourceFlags): OtadataSource {
  const { tableOffset, rollback } = flags;
  const report = inspectFlash(whole, { tableOffset, rollback });
  const { table } = locatePartitionTable(whole, { tableOffset });
  const partitions = bootPartitions(table);
  const { otadata, appCount, factory } = partitions;
  if (!otadata) {
    throw new FormatError('otadata-missing', `the table of ${name} has no otadata partition`, {
      hint: 'a board without one boots its factory app',
    });
  }
  const bytes = partitionBytes(whole, otadata);
  return {
    name,
    kind: 'dump',
    whole,
    bytes,
    entries: parseOtadata(bytes),
    appCount,
    slotsOfApp: slotsOfApp(partitions),
    hasFactory: factory !== undefined,
    report,
    partitions,
  };
}

/** The image in a slot; undefined where there is none to look at. */
export function imageOfSlot(
  { report, partitions }: OtadataSource,
  slot: number,
): SlotImage | undefined {
  const wanted = slot === FACTORY_SLOT ? partitions?.factory : partitions?.slots[slot];
  return report?.partitions.find(({ offset }) => offset === wanted?.offset)?.image;
}

/**
 * The slot that a word names: its number, `ota_1`, `factory`, or the label of its partition.
 * @throws Error a sentence
 */
export function slotOf(source: OtadataSource, word: string): number {
  const { slotsOfApp: count, hasFactory, partitions, kind } = source;
  const candidates = partitions ? bootCandidates(0, partitions) : [];
  const named = candidates.find(({ partition }) => partition.label === word);
  if (named) return named.slot;
  if (word === 'factory' && (hasFactory || kind === 'otadata')) return FACTORY_SLOT;
  const [, digits] = /^(?:ota_)?(\d{1,2})$/.exec(word) ?? [];
  if (digits !== undefined && Number(digits) < count) return Number(digits);
  const there = Array.from({ length: count }, (_, slot) => slotName(slot));
  if (hasFactory) there.push('factory');
  throw new Error(`there is no slot ${word}; there are ${there.join(', ') || 'none'}`);
}
