import { Command, Option } from 'commander';
import type { DeviceFirmwareChange, DeviceStatus } from '../client/index.ts';
import { firmwareTable, firmwareText, logTable } from './firmware-text.ts';
import { remoteOptions } from './remote/options.ts';
import { type Session, withServer } from './remote/session.ts';
import { more } from './remote/text.ts';
import { idOf, moment, rowId, since, wholeNumber, withId } from './remote/values.ts';

interface PageFlags {
  limit?: number;
  offset?: number;
}

interface ListFlags extends PageFlags {
  deviceType?: string;
  stable?: boolean;
  active?: boolean;
}

interface ChangeFlags {
  id?: number;
  stable?: boolean;
  active?: boolean;
  minVersion?: string | boolean;
  description?: string;
  releasedAt?: string;
}

interface LogFlags extends PageFlags {
  deviceId?: number;
  firmwareId?: number;
  status?: DeviceStatus;
  since?: string;
}

const STATUSES = ['pending', 'downloading', 'installing', 'success', 'failed', 'rolled_back'];

const LIST_EXAMPLE = `
Example:
  $ ota firmware list --device-type scales_bridge_tab5 --stable`;

const UPDATE_EXAMPLE = `
Example:
  $ ota firmware update --id 123 --stable`;

const LOGS_EXAMPLE = `
Example:
  $ ota firmware logs --device-id 123 --since 24h

'success, not confirmed' is what the device says; 'success' means that it was heard running the new version.`;

/** The verbs that look at and change what the server holds. */
export function catalogCommands(): Command[] {
  return [listCommand(), getCommand(), updateCommand(), deactivateCommand(), logsCommand()];
}

function listCommand(): Command {
  const command = new Command('list')
    .description('List the firmware that is registered, newest first.')
    .option('--device-type <TYPE>', 'of this type only')
    .option('--stable', 'stable ones only')
    .option('--no-stable', 'betas only')
    .option('--active', 'active ones only')
    .option('--no-active', 'deactivated ones only');
  return remoteOptions(pageOptions(unset(command, 'stable', 'active')))
    .addHelpText('after', LIST_EXAMPLE)
    .action(withServer<ListFlags>(list));
}

function getCommand(): Command {
  const command = new Command('get').description('Show one firmware.');
  return remoteOptions(withId(command, 'firmware')).action(
    withServer<{ id?: number }>(async (session, flags, args) => {
      const firmware = await session.device.getFirmware(idOf(args, flags));
      session.show(firmware, firmwareText(firmware));
    }),
  );
}

function updateCommand(): Command {
  const command = withId(new Command('update'), 'firmware')
    .description('Change what is said of a firmware; its bytes never change.')
    .option('--stable', 'offer it to devices')
    .option('--no-stable', 'make it a beta again')
    .option('--active', 'let it be downloaded again')
    .option('--no-active', 'the same as ota firmware deactivate')
    .option('--min-version <X.Y.Z>', 'devices older than this must take another step first')
    .option('--no-min-version', 'devices of any version may take it')
    .option('--description <TEXT>', 'what is new')
    .option('--released-at <TIME>', 'when it was released', moment);
  return remoteOptions(unset(command, 'stable', 'active', 'minVersion'))
    .addHelpText('after', UPDATE_EXAMPLE)
    .action(withServer<ChangeFlags>(update));
}

function deactivateCommand(): Command {
  const command = new Command('deactivate').description(
    'Withdraw a firmware: devices are neither offered nor given it; its history stays.',
  );
  return remoteOptions(withId(command, 'firmware')).action(
    withServer<{ id?: number }>(async (session, flags, args) => {
      const id = idOf(args, flags);
      const firmware = await session.device.deactivateFirmware(id);
      session.show(firmware, `firmware ${id} is inactive`);
    }),
  );
}

function logsCommand(): Command {
  const command = new Command('logs')
    .description('List the updates of devices, newest first.')
    .option('--device-id <N>', 'of this device only', wholeNumber(0))
    .option('--firmware-id <N>', 'to this firmware only', rowId)
    .addOption(new Option('--status <STATUS>', 'in this state only').choices(STATUSES))
    .option('--since <TIME>', 'younger than 90m, 24h, 30d, or since a time', (t) => since(t));
  return remoteOptions(pageOptions(command))
    .addHelpText('after', LOGS_EXAMPLE)
    .action(withServer<LogFlags>(logs));
}

function pageOptions(command: Command): Command {
  return command
    .option('--limit <N>', 'at most so many rows', rowId)
    .option('--offset <N>', 'leave out the first rows', wholeNumber(0));
}

/** Commander makes a --no-… option true by default; here neither word means 'leave as it is'. */
function unset(command: Command, ...names: string[]): Command {
  for (const name of names) command.setOptionValueWithSource(name, undefined, 'default');
  return command;
}

async function list(session: Session, flags: ListFlags): Promise<void> {
  const { items, total } = await session.device.listFirmware({
    device_type: flags.deviceType,
    is_stable: flags.stable,
    is_active: flags.active,
    limit: flags.limit,
    offset: flags.offset,
  });
  const rows = items.length > 0 ? firmwareTable(items) : [];
  session.show(items, [...rows, ...more(items.length, total, flags.offset)]);
}

async function update(session: Session, flags: ChangeFlags, args: unknown[]): Promise<void> {
  const change: DeviceFirmwareChange = {
    is_stable: flags.stable,
    is_active: flags.active,
    min_current_version: flags.minVersion === false ? null : (flags.minVersion as string),
    description: flags.description,
    released_at: flags.releasedAt,
  };
  const id = idOf(args, flags);
  if (Object.values(change).every((value) => value === undefined)) {
    throw new Error('nothing to change; give --stable, --description or another option');
  }
  const firmware = await session.device.updateFirmware(id, change);
  session.show(firmware, firmwareText(firmware));
}

async function logs(session: Session, flags: LogFlags): Promise<void> {
  const { items, total } = await session.device.listLogs({
    device_id: flags.deviceId,
    firmware_id: flags.firmwareId,
    status: flags.status,
    since: flags.since,
    limit: flags.limit,
    offset: flags.offset,
  });
  const rows = items.length > 0 ? logTable(items) : [];
  session.show(items, [...rows, ...more(items.length, total, flags.offset)]);
}
