import { Command, InvalidArgumentError } from 'commander';
import { simulateMeshUpdate } from './sim-mesh-update.ts';

const EXAMPLES = `
Examples:
  $ ota sim mesh-update
  $ ota sim mesh-update --seed 7 --nodes 20
  $ ota sim mesh-update --json > report.json`;

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
  return sim;
}

function parseNodes(text: string): number {
  const nodes = Number(text);
  if (!/^\d+$/.test(text) || nodes < 3 || nodes > 200)
    throw new InvalidArgumentError('Give a number from 3 to 200.');
  return nodes;
}
