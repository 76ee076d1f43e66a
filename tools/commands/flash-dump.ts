import { Command } from 'commander';
import { inspectCommand } from './flash-dump/inspect.ts';
import { splitCommand } from './flash-dump/split.ts';

export function flashDumpCommand(): Command {
  const dump = new Command('flash-dump').description(
    'Look into the dump of a whole flash, as esptool read-flash 0 ALL makes it.',
  );
  dump.addCommand(inspectCommand());
  dump.addCommand(splitCommand());
  return dump;
}
