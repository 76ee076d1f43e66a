import { Command } from 'commander';
import { parseAppDesc } from '../../formats/app-desc.ts';
import { slotsOfApp } from '../../formats/boot-candidates.ts';
import { FormatError } from '../../formats/errors.ts';
import { parseImageHeader } from '../../formats/esp-image-header.ts';
import { slotName } from '../../formats/flash-image/boot-forecast.ts';
import { memoryFlash } from '../../formats/flash-region.ts';
import {
  applyOtadataWrites,
  describeOtadata,
  FACTORY_SLOT,
  OTADATA_SIZE,
  type OtadataWrite,
  parseOtadata,
  setBootSlot,
} from '../../formats/otadata.ts';
import { type BootPartitions, bootPartitions } from '../../formats/partition-table.ts';
import { readTable } from '../../serial/flasher/resolve.ts';
import type { Board } from '../../serial/loader/board.ts';
import { SECTOR } from '../../serial/loader/flash-erase.ts';
import { SerialError } from '../../serial/trouble.ts';
import { type BoardFlags, boardOptions } from '../board/options.ts';
import { onePort, withBoard } from '../board/session.ts';
import { boardAction } from '../board/trouble.ts';
import { address } from '../support/address.ts';
import { writeOutput } from '../support/output.ts';
import { show } from '../support/show.ts';
import { describeWrite, fillEntries, writeLine } from './page.ts';
import { selectedLines, selectionOf } from './show.ts';
import { type OtadataSource, slotOf } from './source.ts';

export interface BoardOtadataFlags extends BoardFlags {
  tableOffset?: number;
  rollback: boolean;
  force?: boolean;
  output?: string;
}

const READ_EXAMPLES = `
Examples:
  $ ota otadata read --port /dev/ttyUSB0
  $ ota otadata read -o otadata.bin`;

const SWITCH_EXAMPLES = `
Examples:
  $ ota otadata switch ota_1 --port /dev/ttyUSB0
  $ ota otadata switch factory

Writes what esp_ota_set_boot_partition would: NEW with rollback, else UNDEFINED. SLOT is a number, ota_N, factory,
or a partition's name. A slot that holds no app for this chip is refused without --force.`;

/** Verbs on a board's otadata. */
export function boardOtadataCommands(): Command[] {
  const read = new Command('read')
    .description('Print which slot of a board boots, and why.')
    .option('-o, --output <FILE>', 'put the partition into a file as well; - for standard output');
  const change = new Command('switch')
    .description('Choose the slot that a board boots next.')
    .argument('<slot>', 'slot to boot')
    .option('--force', 'also a slot without an app');
  return [
    onBoard(read).addHelpText('after', READ_EXAMPLES).action(boardAction(readOtadata)),
    onBoard(change).addHelpText('after', SWITCH_EXAMPLES).action(boardAction(switchSlot)),
  ];
}

function onBoard(command: Command): Command {
  return boardOptions(command)
    .option('--table-offset <ADDR>', 'where the partition table stands (default: 0x8000)', address)
    .option('--no-rollback', 'for a bootloader and apps built without app rollback');
}

interface BoardOtadata extends OtadataSource {
  partitions: BootPartitions;
  offset: number;
}

async function readSource(board: Board, tableOffset?: number): Promise<BoardOtadata> {
  const partitions = bootPartitions(await readTable(board, tableOffset));
  const { otadata, appCount, factory } = partitions;
  if (!otadata) {
    throw new SerialError('mismatch', `the table of ${board.link.name} has no otadata partition`, {
      hint: 'a board without one boots its factory app',
    });
  }
  const bytes = await board.readFlash(otadata.offset, OTADATA_SIZE);
  return {
    name: board.link.name,
    kind: 'dump',
    whole: bytes,
    bytes,
    entries: parseOtadata(bytes),
    appCount,
    slotsOfApp: slotsOfApp(partitions),
    hasFactory: factory !== undefined,
    partitions,
    offset: otadata.offset,
  };
}

async function readOtadata(flags: BoardOtadataFlags): Promise<void> {
  const port = await onePort(flags);
  const source = await withBoard(port, flags, (board) => readSource(board, flags.tableOffset));
  if (flags.output) await writeOutput(flags.output, source.bytes, 'otadata');
  const { appCount: slots, hasFactory: factory } = source;
  const entries = describeOtadata(source.entries, slots);
  const selected = selectionOf(source, flags.rollback);
  show({ ok: true, port, slots, factory, entries, selected }, flags, (page) => {
    fillEntries(page, port, entries);
    page.lines('Next boot', selectedLines(selected));
  });
}

async function switchSlot(word: string, flags: BoardOtadataFlags): Promise<void> {
  await changeOnBoard(flags, async (board, source) => {
    const slot = slotOf(source, word);
    if (!flags.force) await mustHoldApp(board, source, slot);
    const { entries, slotsOfApp: appCount } = source;
    return setBootSlot({ entries, appCount, slot, rollback: flags.rollback });
  });
}

/** `ota otadata erase --port`. */
export async function eraseOnBoard(flags: BoardOtadataFlags): Promise<void> {
  await changeOnBoard(flags, async (_, { entries, appCount }) =>
    setBootSlot({ entries, appCount, slot: FACTORY_SLOT, rollback: flags.rollback }),
  );
}

/** Changes otadata as an app would, sector by sector: a power cut leaves the other entry whole. */
async function changeOnBoard(
  flags: BoardOtadataFlags,
  decide: (board: Board, source: BoardOtadata) => Promise<OtadataWrite[]>,
): Promise<void> {
  const port = await onePort(flags);
  const result = await withBoard(port, flags, async (board) => {
    const source = await readSource(board, flags.tableOffset);
    const writes = await decide(board, source);
    const changed = memoryFlash(source.bytes);
    applyOtadataWrites(changed, writes);
    for (const { offset, bytes } of writes) {
      const at = source.offset + offset;
      if (bytes) await board.writeFlash(at, changed.read(offset, SECTOR));
      else await board.eraseRegion(at, SECTOR);
    }
    const entries = describeOtadata(parseOtadata(changed.bytes), source.appCount);
    return { writes: writes.map(describeWrite), entries };
  });
  show({ ok: true, port, ...result }, flags, (page) => {
    const { writes, entries } = result;
    page.lines('Written', writes.length > 0 ? writes.map(writeLine) : ['nothing to change']);
    fillEntries(page, 'Entries', entries);
  });
}

/** The beginning of the slot tells whether an app for this chip is there; its bootloader looks closer. */
async function mustHoldApp(
  board: Board,
  { partitions }: BoardOtadata,
  slot: number,
): Promise<void> {
  const partition = slot === FACTORY_SLOT ? partitions.factory : partitions.slots[slot];
  if (!partition) return;
  const head = await board.readFlash(partition.offset, 0x120);
  try {
    parseImageHeader(head);
    parseAppDesc(head.subarray(0x20));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SerialError(
      'mismatch',
      `${slotName(slot)} of ${board.link.name} holds no app: ${error.message}`,
      {
        hint: '--force writes otadata all the same',
      },
    );
  }
}
