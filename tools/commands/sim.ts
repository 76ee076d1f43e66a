import { Command, InvalidArgumentError } from 'commander';
import { simulateDirectUpdate } from './sim-direct-update.ts';
import { enumerateCommand } from './sim-enumerate/enumerate-command.ts';
import { simulateMeshUpdate } from './sim-mesh-update.ts';
import { checkCommand } from './sim-scenario/check-command.ts';
import { newCommand, wordsCommand } from './sim-scenario/new-command.ts';
import { replayCommand } from './sim-scenario/replay-command.ts';
import { runCommand } from './sim-scenario/run-command.ts';
import { shrinkCommand } from './sim-scenario/shrink-command.ts';
import { serveCommand } from './sim-serve.ts';

const EXAMPLES = `
Examples:
  $ ota sim mesh-update
  $ ota sim mesh-update --seed 7 --nodes 20
  $ ota sim mesh-update --json > report.json
  $ ota sim direct-update --log scales-03 --lines 60`;

export function simCommand(): Command {
  const sim = new Command('sim').description('Run virtual boards in virtual time.');
  sim
    .command('mesh-update')
    .description(
      'A gateway, PIR and LED nodes form a mesh, share state, update themselves over the air, and survive two bad images.',
    )
    .option('--seed <text>', 'what every random draw of the run comes from', '1')
    .option('--nodes <N>', 'nodes besides the gateway, 3 to 200', parseNodes, 6)
    .option('--json', 'print the report as JSON, and nothing else on standard output')
    .option('--keep', 'keep the data directory of the server')
    .addHelpText('after', EXAMPLES)
    .action(simulateMeshUpdate);
  sim.addCommand(runCommand());
  sim.addCommand(enumerateCommand());
  sim.addCommand(replayCommand());
  sim.addCommand(shrinkCommand());
  sim.addCommand(checkCommand());
  sim.addCommand(newCommand());
  sim.addCommand(wordsCommand());
  sim.addCommand(serveCommand());
  sim
    .command('direct-update')
    .description(
      'A fleet of ESP-IDF devices updates itself from the server: a walk over a minimum version, a beta, three bad images, an outage.',
    )
    .option('--seed <text>', 'what every random draw of the run comes from', '1')
    .option('--devices <N>', 'devices, 1 to 100', parseDevices, 10)
    .option('--log <DEVICE>', 'whose log is shown beside the server’s (default: the first)')
    .option('--lines <N>', 'lines of it for each part of the story, 0 for none', parseLines, 26)
    .option('--json', 'print the report as JSON, and nothing else on standard output')
    .action(simulateDirectUpdate);
  return sim;
}

function parseNodes(text: string): number {
  const nodes = Number(text);
  if (!/^\d+$/.test(text) || nodes < 3 || nodes > 200)
    throw new InvalidArgumentError('Give a number from 3 to 200.');
  return nodes;
}

function parseDevices(text: string): number {
  const devices = Number(text);
  if (!/^\d+$/.test(text) || devices < 1 || devices > 100)
    throw new InvalidArgumentError('Give a number from 1 to 100.');
  return devices;
}

function parseLines(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number from 0.');
  return Number(text);
}
