import { Command } from 'commander';
import { buildCommand } from './firmware-build.ts';
import { catalogCommands } from './firmware-catalog.ts';
import { releaseCommands } from './firmware-release.ts';
import { sharedBefore } from './remote/options.ts';
import { EXIT_HELP } from './remote/refusal.ts';

const EXAMPLES = `
Examples:
  $ ota firmware build blink --version 1.0.0
  $ ota firmware publish blink-1.0.0.bin --stable --server http://127.0.0.1:8000 --token TOKEN
  $ ota --profile bench firmware logs --device-id 123

--server, --token, --profile and --json may stand before or after the verb.
${EXIT_HELP}`;

export function firmwareCommand(): Command {
  const firmware = sharedBefore(
    new Command('firmware').description(
      'Compile firmware for virtual boards; publish firmware for devices and see how it fares.',
    ),
  ).addHelpText('after', EXAMPLES);
  for (const command of [buildCommand(), ...releaseCommands(), ...catalogCommands()]) {
    firmware.addCommand(command);
  }
  return firmware;
}
