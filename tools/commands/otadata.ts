import { Command } from 'commander';
import { eraseCommand, markCommand, setCommand } from './otadata/change.ts';
import { showCommand } from './otadata/show.ts';

export function otadataCommand(): Command {
  const otadata = new Command('otadata').description(
    'Show and change which app slot boots: an otadata partition, or the one in a flash dump.',
  );
  for (const command of [showCommand(), setCommand(), eraseCommand(), markCommand()]) {
    otadata.addCommand(command);
  }
  return otadata;
}
