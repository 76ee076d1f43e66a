import { describe, expect, it } from 'vitest';
import { withSteps } from './amend.ts';
import { readScenario } from './check.ts';

const HEAD = `name: amended # why
boards:
  - { name: pir, sketch: mesh_shared_state_pir }
`;
const REST = 'expect: [pir can boot]\n';
const STEP = { 'at 0s': 'cut power pir at operation 3 half for 5s' };

const stepsOf = (text: string) =>
  readScenario(text, 'a.yaml').timeline.map(({ actions }) => actions[0]!.text);

describe('withSteps', () => {
  it('puts a step before those of the file, and leaves the rest', () => {
    const text = `${HEAD}timeline:\n  - at 1s: reset pir # later\n${REST}`;
    const amended = withSteps(text, [STEP]);
    expect(stepsOf(amended)).toEqual([STEP['at 0s'], 'reset pir']);
    expect(amended).toContain('# why');
    expect(amended).toContain('{ name: pir, sketch: mesh_shared_state_pir }');
  });

  it.each(['', 'timeline:\n', 'timeline: []\n'])(
    'begins a timeline where there is none: %j',
    (timeline) => {
      expect(stepsOf(withSteps(`${HEAD}${timeline}${REST}`, [STEP, STEP]))).toEqual([
        STEP['at 0s'],
        STEP['at 0s'],
      ]);
    },
  );

  it('leaves alone what it is given no steps for, and what is no scenario', () => {
    expect(withSteps(`${HEAD}${REST}`, [])).toBe(`${HEAD}${REST}`);
    for (const text of ['', 'a: [', '- 1', 'timeline: 5']) {
      expect(withSteps(text, [STEP])).toBe(text);
    }
  });
});
