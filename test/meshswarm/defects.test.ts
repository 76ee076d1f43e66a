import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');

/** A defect of the public MeshSwarm 1.1.0, the rules' file, and the mutants in it that do what the defect does. */
const DEFECTS: [defect: string, file: string, mutants: string[]][] = [
  ['earlier offers are not stopped', 'rollout', ['an offer that painlessMesh repeats for an hour']],
  ['handlers accumulate', 'parts', ['a handler more with every update']],
  ['handlers ignore the MD5', 'parts', ['a handler that does not look at the MD5']],
  [
    'complete after the first node',
    'rollout',
    ['an end after the first node', 'a node that counts once its last part is sent'],
  ],
  ['`target_node_id` ignored', 'rollout', ['a target that is not looked at']],
  ['HTTP blocks the mesh task', 'server', ['blocking HTTP in a callback of the mesh']],
  [
    'no taker blocks further polls until a reboot',
    'server',
    ['an update that blocks the next poll until a reboot'],
  ],
  ['`force` flashes again and again', 'rollout', ['no end to forced announces']],
  ['no result of a node at the server', 'server', ['no result of a node']],
  [
    'an equal value of a higher version is dropped',
    'keeper',
    ['an equal value that is dropped with its version'],
  ],
];

describe('defects of the public MeshSwarm', () => {
  it.each(DEFECTS)('%s: a rule in %s.test.ts catches it', (defect, file, mutants) => {
    const source = read(`${file}.test.ts`);
    for (const mutant of mutants) expect(source).toContain(`'${mutant}': {`);
    expect(read('README.md')).toContain(`| ${defect} | \`${file}\` · ${mutants.join('; ')} |`);
  });

  it('are all of those that the README lists', () => {
    const table = read('README.md').split("## The public library's defects")[1] ?? '';
    const rows = [...table.matchAll(/^\| (.+?) \| `/gm)].map((match) => match[1]);
    expect(rows).toEqual(DEFECTS.map(([defect]) => defect));
  });
});
