import { Command, Option } from 'commander';
import { UPDATE_STATUSES } from '../../mock-server/store/schema.ts';
import { compareVersions, parseVersion } from '../../mock-server/versions/version.ts';
import type { Firmware, MeshClient, UpdateStatus } from '../client/index.ts';
import { updateTable, updateText } from './mesh-update-text.ts';
import { WATCH_HELP, type WatchFlags, watchOptions, watchUpdate } from './mesh-watch.ts';
import { remoteOptions, sharedBefore } from './remote/options.ts';
import { EXIT_HELP } from './remote/refusal.ts';
import { type Session, withServer } from './remote/session.ts';
import { idOf, rowId, withId } from './remote/values.ts';

interface CreateFlags extends WatchFlags {
  firmwareId?: number;
  latest?: boolean;
  nodeType?: string;
  hardware?: string;
  targetNode?: string;
  force?: boolean;
  supersede?: boolean;
  watch?: boolean;
}

const CREATE_EXAMPLES = `
Examples:
  $ ota mesh update create --firmware-id 1
  $ ota mesh update create --latest --node-type pir --watch
  $ ota mesh update create --firmware-id 1 --target-node 2f3a91c4 --force

--latest takes the stable firmware with the highest version.
`;

export function meshUpdateCommand(): Command {
  return sharedBefore(new Command('update'))
    .description('Updates of mesh nodes: order one, follow it, cancel it.')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(watchCommand())
    .addCommand(cancelCommand())
    .addHelpText('after', EXIT_HELP);
}

function createCommand(): Command {
  const command = new Command('create')
    .description('Order an update; a gateway takes it up when it next asks.')
    .option('--firmware-id <N>', 'which firmware', rowId)
    .option('--latest', 'the latest stable firmware of --node-type')
    .option('--node-type <TYPE>', 'for nodes of this role')
    .option('--hardware <NAME>', "with --latest: painlessMesh's hardware string", 'ESP32')
    .option('--target-node <ID>', 'for this node alone')
    .option('--force', 'also nodes that run this very image')
    .option('--supersede', 'cancel an open update for the same nodes')
    .option('--watch', 'follow it to its end');
  return remoteOptions(watchOptions(command))
    .addHelpText('after', CREATE_EXAMPLES + WATCH_HELP)
    .action(withServer<CreateFlags>(create));
}

function listCommand(): Command {
  const command = new Command('list')
    .description('List updates, newest first.')
    .addOption(new Option('--status <STATUS>', 'in this state only').choices(UPDATE_STATUSES));
  return remoteOptions(command).action(
    withServer<{ status?: UpdateStatus }>(async ({ mesh, show }, { status }) => {
      const rows = await mesh.listUpdates({ status });
      show(rows, rows.length > 0 ? updateTable(rows) : 'nothing there');
    }),
  );
}

function showCommand(): Command {
  const command = new Command('show').description('Show one update and its nodes.');
  return remoteOptions(withId(command, 'update')).action(
    withServer<{ id?: number }>(async ({ mesh, show }, flags, args) => {
      const update = await mesh.getUpdate(idOf(args, flags));
      show(update, updateText(update));
    }),
  );
}

function watchCommand(): Command {
  const command = new Command('watch').description('Follow an update to its end.');
  return remoteOptions(watchOptions(withId(command, 'update')))
    .addHelpText('after', WATCH_HELP)
    .action(
      withServer<WatchFlags & { id?: number }>((session, flags, args) =>
        watchUpdate(session, idOf(args, flags), flags),
      ),
    );
}

function cancelCommand(): Command {
  const command = new Command('cancel')
    .description('Cancel an update that no gateway has begun.')
    .option('--abort', 'stop it even where one has');
  return remoteOptions(withId(command, 'update')).action(
    withServer<{ id?: number; abort?: boolean }>(async ({ mesh, show }, flags, args) => {
      const update = await mesh.cancelUpdate(idOf(args, flags), { abort: flags.abort });
      show(update, `update ${update.id} is ${update.status}`);
    }),
  );
}

async function create(session: Session, flags: CreateFlags): Promise<void> {
  const update = await session.mesh.createUpdate(
    {
      firmware_id: await firmwareOf(session.mesh, flags),
      target_node_id: flags.targetNode,
      target_node_type: flags.nodeType,
      force_update: flags.force,
    },
    { supersede: flags.supersede },
  );
  if (flags.watch) return watchUpdate(session, update.id, flags);
  session.show(update, updateText(update));
}

async function firmwareOf(mesh: MeshClient, flags: CreateFlags): Promise<number> {
  if (flags.firmwareId !== undefined && !flags.latest) return flags.firmwareId;
  if (flags.firmwareId !== undefined || !flags.latest) {
    throw new Error('which firmware? Give --firmware-id N, or --latest --node-type TYPE.');
  }
  const { nodeType, hardware } = flags;
  if (nodeType === undefined) throw new Error('the latest for whom? Give --node-type too.');
  const all = await mesh.listFirmware({ node_type: nodeType });
  const latest = latestStable(all.filter((f) => f.hardware === hardware));
  if (latest) return latest.id;
  const why = all.length > 0 ? 'none of them is stable' : 'there is none at all';
  throw new Error(
    `no firmware for ${nodeType} on ${hardware} to pick from: ${why}; upload one with --stable`,
  );
}

/** The stable firmware of the highest version; of equals the newest. */
export function latestStable(firmware: readonly Firmware[]): Firmware | undefined {
  const version = (f: Firmware) => parseVersion(f.version);
  return firmware
    .filter((f) => f.is_stable && version(f))
    .sort((a, b) => compareVersions(version(b)!, version(a)!) || b.id - a.id)[0];
}
