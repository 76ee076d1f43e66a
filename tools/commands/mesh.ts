import { Command } from 'commander';
import { meshFirmwareCommand } from './mesh-firmware.ts';
import { meshNodeCommands } from './mesh-node/commands.ts';
import { pushCommand } from './mesh-node/push-command.ts';
import { replayCommand } from './mesh-node/replay-command.ts';
import { meshUpdateCommand } from './mesh-update.ts';
import { sharedBefore } from './remote/options.ts';

const EXAMPLES = `
Examples:
  $ ota mesh firmware upload pir.bin --stable
  $ ota mesh update create --latest --node-type pir --watch
  $ ota --server http://127.0.0.1:8000 --token TOKEN mesh update list
  $ ota mesh tree 10.26.5.1
  $ ota mesh push 10.26.5.1 pir.bin --role pir

--server, --token, --profile and --json may stand before or after the verb.`;

export function meshCommand(): Command {
  const mesh = sharedBefore(new Command('mesh'))
    .description(
      'Update the nodes of a mesh, through a server and its gateways or from this machine.',
    )
    .addCommand(meshFirmwareCommand())
    .addCommand(meshUpdateCommand());
  for (const command of [...meshNodeCommands(), pushCommand(), replayCommand()]) {
    mesh.addCommand(command);
  }
  return mesh.addHelpText('after', EXAMPLES);
}
