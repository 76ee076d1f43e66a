import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { ACTIONS } from '../../../simulator/scenario/language/actions.ts';
import { CONDITIONS } from '../../../simulator/scenario/language/conditions.ts';
import { scenarioJsonSchema } from '../../../simulator/scenario/language/schema.ts';
import { writeOutput } from '../support/output.ts';
import { makeFolder } from './folder.ts';

const STARTER = `# Run it: ota sim run FILE        Check it: ota sim check FILE        Words: ota sim words
name: A release reaches every node, and a power cut on the way does no harm
boards:
  - name: gateway
    sketch: mesh_gateway            # a folder from here, or one of the sketches that come with the tool
  - name: pir
    count: 3
    sketch: mesh_shared_state_pir
    version: "1.0.0"
topology: { layout: line }
server:
  images:
    - { name: release, sketch: mesh_shared_state_pir, version: "1.1.0" }
timeline:
  - when mesh is whole: publish release
  - when pir-2 asked for 20 parts of release: cut power pir-2 for 5s
expect:
  - pir run release
  - update release is completed
limit: 30min
`;

export function newCommand(): Command {
  return new Command('new')
    .description('Write a scenario file to start from.')
    .argument('[file]', 'where to, - for standard output', 'scenario.yaml')
    .option('--force', 'replace a file that is there')
    .addHelpText('after', '\nExamples:\n  $ ota sim new power-cut.yaml')
    .action(async (file: string, { force }: { force?: boolean }) => {
      if (file !== '-' && !force && existsSync(file)) {
        throw new Error(`${file} is there already; --force replaces it`);
      }
      if (file !== '-') makeFolder(dirname(file));
      await writeOutput(file, new TextEncoder().encode(STARTER), 'the scenario');
      if (file !== '-') console.log(`wrote ${file}; try: ota sim run ${file}`);
    });
}

export function wordsCommand(): Command {
  return new Command('words')
    .description('What a scenario can say: actions and conditions.')
    .option('--schema', 'print the JSON Schema of scenario files, for editors')
    .addHelpText(
      'after',
      '\nExamples:\n  $ ota sim words\n  $ ota sim words --schema > scenario.schema.json',
    )
    .action(({ schema }: { schema?: boolean }) => {
      if (schema) return console.log(JSON.stringify(scenarioJsonSchema(), null, 2));
      for (const [title, { rules }] of [
        ['Actions, in the timeline', ACTIONS],
        ['Conditions, after "when" and under "expect"', CONDITIONS],
      ] as const) {
        console.log(`${title}\n`);
        for (const { form, help } of rules) console.log(`  ${readable(form)}\n      ${help}`);
        console.log('');
      }
    });
}

/** A form as people read it: `{a:board}` is <board>. */
function readable(form: string): string {
  return form
    .replace(/\{(?:\w+:)?(\w+)\}/g, '<$1>')
    .replace(/(?<![\w-])([\w-]+(?:\|[\w-]+)+)/g, '($1)');
}
