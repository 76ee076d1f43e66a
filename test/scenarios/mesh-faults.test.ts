import { expect, it } from 'vitest';
import { runText } from './library-run.ts';

/** One node, and what befalls the first parts of its update; the run ends once they are over. */
const world = (steps: string[], expectations: string[]) => `
name: the first parts
boards:
  - { name: gateway, sketch: mesh_gateway }
  - { name: pir, sketch: mesh_shared_state_pir }
server:
  images:
    - { name: release, sketch: mesh_shared_state_pir, version: "1.1.0" }
timeline:
  - when mesh is whole: [publish release${steps.map((step) => `, ${step}`).join('')}]
expect: [${expectations.join(', ')}]
settle: 1s
limit: 10min
`;

it('mesh faults strike the frames that steps name, and the transfer goes on behind each', async () => {
  const steps = [
    'drop announce of release to pir',
    'drop part 1 of release to pir',
    'garble part 3 of release to pir',
    'duplicate part 5 of release to pir',
    'delay part 7 of release to pir by 3s',
    'reorder part 9 of release to pir',
    'drop request 11 of release from pir',
  ];
  const text = world(steps, [
    '{ by 8min: pir asked for 15 parts of release }',
    '{ by 8min: mesh faults struck 7 times }',
  ]);
  const { ok, verdicts, waiting, findings } = await runText(text);
  expect([verdicts.filter((one) => !one.ok), waiting, findings, ok]).toEqual([[], [], [], true]);
});

it('a part that never comes stops the transfer there', async () => {
  const text = world(
    ['drop part 4 of release to pir 100 times'],
    ['{ never: pir asked for 6 parts of release }', '{ by 3min: mesh faults struck 2 times }'],
  );
  expect((await runText(text)).ok).toBe(true);
});
