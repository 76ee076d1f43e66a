import { Command } from 'commander';
import { eraseCommand, markCommand, setCommand } from './otadata/change.ts';
import { boardOtadataCommands } from './otadata/on-board.ts';
import { showCommand } from './otadata/show.ts';

export function otadataCommand(): Command {
  const otadata = new Command('otadata').description(
    'Show and change which app slot boots: in an otadata partition, a flash dump, or on a board (read, switch, erase --port).',
  );
  const onFiles = [showCommand(), setCommand(), eraseCommand(), markCommand()];
  for (const command of [...onFiles, ...boardOtadataCommands()]) otadata.addCommand(command);
  return otadata;
}
