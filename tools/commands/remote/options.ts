import { type Command, Option } from 'commander';

/** What every command that talks to a server takes, before or after its verb. */
export interface RemoteFlags {
  server?: string;
  token?: string;
  /** Another name for `token`. */
  adminToken?: string;
  profile?: string;
  json?: boolean;
}

const SHARED = () => [
  new Option('--server <URL>', 'address of the OTA server (or OTA_SERVER)'),
  new Option('--token <TOKEN>', 'admin token or JWT (or OTA_TOKEN)'),
  new Option('--admin-token <TOKEN>', 'the same as --token').hideHelp(),
  new Option('--profile <NAME>', 'server and token from a profile file (or OTA_PROFILE)'),
  new Option('--json', 'print what the server answers, as JSON'),
];

/** Gives a verb the shared options. */
export function remoteOptions(command: Command): Command {
  for (const option of SHARED()) command.addOption(option);
  return command;
}

/**
 * Lets the shared options stand before the verb as well: on the program, or on a group. Their values
 * reach the verb before it runs; one that the verb does not know is refused, not dropped.
 */
export function sharedBefore(command: Command): Command {
  for (const option of SHARED()) command.addOption(option.hideHelp());
  return command
    .enablePositionalOptions()
    .hook('preAction', (_command, verb) => handDown(command, verb));
}

function handDown(from: Command, verb: Command): void {
  for (const option of SHARED()) {
    const name = option.attributeName();
    if (from.getOptionValueSource(name) !== 'cli') continue;
    if (!verb.options.some((known) => known.attributeName() === name)) {
      throw new Error(`${option.long} means nothing to ${pathOf(verb)}; leave it out.`);
    }
    // What stands nearer to the verb counts; hooks run from the program inward.
    if (verb.getOptionValueSource(name) !== 'cli') {
      verb.setOptionValueWithSource(name, from.getOptionValue(name), 'above');
    }
  }
}

/** The words of a command line that are no shared options nor their values. */
export function wordsOf(args: readonly string[]): string[] {
  const valued = SHARED()
    .filter((option) => option.required)
    .map((option) => option.long);
  return args.filter((word, i) => !word.startsWith('-') && !valued.includes(args[i - 1]));
}

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}
