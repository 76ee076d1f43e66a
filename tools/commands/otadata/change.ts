import { Command } from 'commander';
import { FormatError } from '../../formats/errors.ts';
import { slotName } from '../../formats/flash-image/boot-forecast.ts';
import { memoryFlash } from '../../formats/flash-region.ts';
import {
  applyOtadataWrites,
  describeOtadata,
  FACTORY_SLOT,
  markInvalid,
  markValid,
  type OtadataWrite,
  parseOtadata,
  setBootSlot,
} from '../../formats/otadata.ts';
import { boardOptions } from '../board/options.ts';
import { boardAction } from '../board/trouble.ts';
import { writeOutput } from '../support/output.ts';

import { JSON_FLAG, show } from '../support/show.ts';
import { type BoardOtadataFlags, eraseOnBoard } from './on-board.ts';
import { describeWrite, fillEntries, writeLine } from './page.ts';
import {
  imageOfSlot,
  type OtadataSource,
  readOtadataSource,
  type SourceFlags,
  slotOf,
  sourceOptions,
} from './source.ts';

interface ChangeFlags extends SourceFlags {
  output: string;
  force?: boolean;
}

const SET_EXAMPLES = `
Examples:
  $ ota otadata set flash-dump.bin ota_1 -o changed.bin
  $ ota otadata set otadata.bin 0 --slots 2 -o otadata.bin

Writes what esp_ota_set_boot_partition would: NEW with rollback, else UNDEFINED. Of a flash dump the slot
must hold a sound image, unless --force is given. SLOT is a number, ota_N, factory, or a partition's name.`;

const ERASE_EXAMPLES = `
Examples:
  $ ota otadata erase flash-dump.bin -o changed.bin
  $ ota otadata erase --port /dev/ttyUSB0

An erased otadata boots the factory app, or ota_0 where there is none.`;

const MARK_EXAMPLES = `
Examples:
  $ ota otadata mark flash-dump.bin valid -o changed.bin
  $ ota otadata mark otadata.bin invalid --slots 2 -o otadata.bin

Writes what esp_ota_mark_app_valid_cancel_rollback and esp_ota_mark_app_invalid_rollback would, in the
active entry. invalid is refused where no other app could be booted.`;

export function setCommand(): Command {
  const command = new Command('set').description('Choose the slot that boots next.');
  return outputOptions(sourceOptions(command).argument('<slot>', 'slot to boot'))
    .option('--force', 'also a slot without a sound image')
    .addHelpText('after', SET_EXAMPLES)
    .action((file: string, word: string, flags: ChangeFlags) =>
      change(file, flags, (source) => setWrites(source, word, flags)),
    );
}

export function eraseCommand(): Command {
  const command = new Command('erase').description('Forget which slot boots.');
  return boardOptions(sourceOptions(command, '[file]'))
    .option('-o, --output <FILE>', 'of a file: where the changed bytes go; - for standard output')
    .addHelpText('after', ERASE_EXAMPLES)
    .action(boardAction(erase));
}

type EraseFlags = SourceFlags & BoardOtadataFlags;

async function erase(file: string | undefined, flags: EraseFlags): Promise<void> {
  if (file === undefined && flags.output === undefined) return eraseOnBoard(flags);
  if (file === undefined || flags.port) throw new Error('give a file, or --port for a board');
  if (flags.output === undefined) throw new Error('say where the changed bytes go: -o FILE');
  await change(file, { ...flags, output: flags.output }, ({ entries, appCount }) =>
    setBootSlot({ entries, appCount, slot: FACTORY_SLOT, rollback: flags.rollback }),
  );
}

export function markCommand(): Command {
  const command = new Command('mark').description('Confirm the app that boots, or condemn it.');
  return outputOptions(sourceOptions(command).argument('<verdict>', 'valid or invalid'))
    .addHelpText('after', MARK_EXAMPLES)
    .action((file: string, verdict: string, flags: ChangeFlags) =>
      change(file, flags, (source) => markWrites(source, verdict)),
    );
}

function outputOptions(command: Command): Command {
  return command
    .requiredOption('-o, --output <FILE>', 'where the changed bytes go; - for standard output')
    .option(...JSON_FLAG);
}

function setWrites(source: OtadataSource, word: string, flags: ChangeFlags): OtadataWrite[] {
  const slot = slotOf(source, word);
  const image = imageOfSlot(source, slot);
  if (source.kind === 'dump' && image?.state !== 'ok' && !flags.force) {
    const why = image?.problems.map(({ message }) => message).join('; ') || 'it is empty';
    throw new FormatError(
      'ESP_ERR_OTA_VALIDATE_FAILED',
      `${slotName(slot)} holds no sound image: ${why}`,
      { hint: '--force writes otadata all the same' },
    );
  }
  const { entries, slotsOfApp } = source;
  return setBootSlot({ entries, appCount: slotsOfApp, slot, rollback: flags.rollback });
}

function markWrites(source: OtadataSource, verdict: string): OtadataWrite[] {
  const { entries, slotsOfApp: appCount, hasFactory, kind } = source;
  if (verdict === 'valid') return markValid({ entries, appCount });
  if (verdict !== 'invalid') throw new Error(`give valid or invalid, not ${verdict}`);
  // An otadata partition alone says nothing of images: they are taken to be sound.
  const canBoot = (slot: number): boolean =>
    kind === 'otadata' || imageOfSlot(source, slot)?.state === 'ok';
  return markInvalid({ entries, appCount, hasFactory, canBoot });
}

async function change(
  file: string,
  flags: ChangeFlags,
  decide: (source: OtadataSource) => OtadataWrite[],
): Promise<void> {
  const source = await readOtadataSource(file, flags);
  const writes = decide(source);
  const otadata = memoryFlash(source.bytes);
  applyOtadataWrites(otadata, writes);
  const changed = source.whole.slice();
  changed.set(otadata.bytes, source.bytes.byteOffset - source.whole.byteOffset);
  await writeOutput(flags.output, changed, source.kind === 'dump' ? 'the dump' : 'otadata');
  const entries = describeOtadata(parseOtadata(otadata.bytes), source.appCount);
  const { output } = flags;
  const described = writes.map(describeWrite);
  show({ file: source.name, output, writes: described, entries }, flags, (page) => {
    page.lines('Written', described.length > 0 ? described.map(writeLine) : ['nothing to change']);
    fillEntries(page, 'Entries', entries);
  });
}
