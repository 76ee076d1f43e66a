import { Command } from 'commander';
import { ScenarioError } from '../../../simulator/scenario/language/problem.ts';
import { printable, printableLines } from '../support/text.ts';
import { loadScenario } from './load.ts';

const EXAMPLES = `
Examples:
  $ ota sim check scenarios/*.yaml`;

export function checkCommand(): Command {
  return new Command('check')
    .description('Check scenario files without running them.')
    .argument('<file...>', 'scenario files (YAML)')
    .addHelpText('after', EXAMPLES)
    .action(check);
}

/** Says everything that is wrong with each file, as `file:line:column: what`. */
function check(files: string[]): void {
  let wrong = 0;
  for (const path of files) {
    try {
      const { file, boards, timeline, expect } = loadScenario(path);
      const counts = `${boards.length} boards, ${timeline.length} steps, ${expect.length} expectations`;
      console.log(`${path}: ${printable(file.name)} (${counts})`);
    } catch (error) {
      wrong++;
      const known = error instanceof ScenarioError || error instanceof Error;
      if (!known) throw error;
      console.error(printableLines((error as Error).message));
    }
  }
  process.exitCode = wrong > 0 ? 1 : 0;
}
