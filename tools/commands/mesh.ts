import { Command } from 'commander';
import { meshFirmwareCommand } from './mesh-firmware.ts';
import { meshUpdateCommand } from './mesh-update.ts';
import { sharedBefore } from './remote/options.ts';

const EXAMPLES = `
Examples:
  $ ota mesh firmware upload pir.bin --stable
  $ ota mesh update create --latest --node-type pir --watch
  $ ota --server http://127.0.0.1:8000 --token TOKEN mesh update list

--server, --token, --profile and --json may stand before or after the verb.`;

export function meshCommand(): Command {
  return sharedBefore(new Command('mesh'))
    .description('Update the nodes of a mesh through the server and its gateways.')
    .addCommand(meshFirmwareCommand())
    .addCommand(meshUpdateCommand())
    .addHelpText('after', EXAMPLES);
}
