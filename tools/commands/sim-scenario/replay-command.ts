import { join } from 'node:path';
import { Command } from 'commander';
import { colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';
import { placesIn } from './artifacts.ts';
import { readBundle } from './bundle.ts';
import { liveView } from './live.ts';
import { programOrigin } from './origin.ts';
import { runRecorded } from './recorded-run.ts';
import { resultLines } from './result-page.ts';

const EXAMPLES = `
Examples:
  $ ota sim replay failed/swarm-1-seed-17/bundle
  $ ota sim replay bundle --artifacts again

A replay ends with 0 when its trace has the same hash as the run that left the bundle, else with 1.`;

export function replayCommand(): Command {
  return new Command('replay')
    .description('Make the run of a bundle again, with its images and seed, and compare traces.')
    .argument('<bundle>', 'a folder that ota sim run --bundle or --artifacts left')
    .option('--artifacts <dir>', 'write report, trace, capture, serial logs and flash dumps')
    .addHelpText('after', EXAMPLES)
    .action(replay);
}

async function replay(folder: string, { artifacts }: { artifacts?: string }): Promise<void> {
  const { about, ...bundle } = readBundle(folder);
  const colour = colorsFor(process.stdout);
  const view = liveView(process.stdout);
  say(printable(`${about.name}, seed ${about.seed}, from ${about.commit}`));
  const { result, seconds, files } = await runRecorded({
    ...bundle,
    seed: about.seed,
    ...(artifacts !== undefined && {
      places: placesIn(artifacts),
      bundle: join(artifacts, 'bundle'),
    }),
    observers: [view],
  });
  say(resultLines(result, seconds, colour).join('\n'));
  for (const file of files) say(`wrote         ${file}`);
  if (result.trace === about.trace) {
    say(`\n${colour.green('the same trace')} as the run that left the bundle`);
    return;
  }
  const here = programOrigin();
  const reason =
    here === about.commit
      ? 'the same program: that must not be'
      : `the bundle is of ${about.commit}, this is ${here}`;
  say(`\n${colour.red('another trace')} than ${about.trace}: ${reason}`);
  process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
