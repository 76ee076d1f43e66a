import { describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../../../simulator/scenario/run/run.ts';
import { cutsOf, type Draft, type Failure, failureKind, showsFailure, shrink } from './shrink.ts';

const DRAFT: Draft = {
  name: 'x',
  boards: [
    { name: 'gateway', sketch: 'mesh_gateway' },
    { name: 'pir', sketch: 'pir', count: 8 },
    { name: 'led', sketch: 'led' },
  ],
  timeline: [
    { 'at 1s': ['publish release', 'cut power led'] },
    { 'at 2s': 'cut power pir-1' },
    { 'at 3s': 'cut power pir-2' },
  ],
  expect: ['pir run release', 'led can boot'],
  limit: '30min',
};
const ORACLE: Failure = { kind: 'oracle', oracle: 'bootable' };
const EXPECTED: Failure = { kind: 'expectation', text: 'pir run release' };

describe('shrink', () => {
  it('finds the pieces that the failure needs, and no others', async () => {
    const needs = ({ draft }: { draft: Draft }) => {
      const text = JSON.stringify(draft);
      const pir = (draft.boards as Draft[]).find(({ name }) => name === 'pir');
      const count = Number(pir?.count ?? (pir ? 1 : 0));
      return count >= 3 && text.includes('cut power pir-2') && !/"limit":"[1-6]?s"/.test(text);
    };
    const tried: string[] = [];
    const { draft, done } = await shrink(
      DRAFT,
      { failure: ORACLE, seconds: 100 },
      async (cut) => {
        tried.push(cut.what);
        return needs(cut) ? { seconds: 50 } : undefined;
      },
      1000,
    );
    expect(done).toBe(true);
    expect(draft.boards).toEqual([{ name: 'pir', sketch: 'pir', count: 3 }]);
    expect(draft.timeline).toEqual([{ 'at 3s': 'cut power pir-2' }]);
    expect(draft.expect).toEqual([]);
    expect(draft.limit).not.toBe('30min');
    expect(tried.length).toBeLessThan(100);
  });

  it('ends after so many tries with the smallest so far', async () => {
    const outcome = await shrink(
      DRAFT,
      { failure: ORACLE, seconds: 9 },
      async () => ({ seconds: 9 }),
      3,
    );
    expect(outcome).toMatchObject({ tries: 3, done: false });
  });

  it('leaves what brings about something that is expected and does not come, and the time for it', () => {
    const cuts = [...cutsOf(DRAFT, EXPECTED, 100)];
    expect(cuts.length).toBeGreaterThan(5);
    for (const { draft } of cuts) {
      expect(JSON.stringify(draft)).toContain('publish release');
      expect(JSON.stringify(draft)).toContain('mesh_gateway');
      expect(draft.limit).toBe('30min');
    }
    const never: Failure = { kind: 'expectation', text: 'never: led is off' };
    expect([...cutsOf(DRAFT, never, 100)].map(({ draft }) => draft.limit)).toContain('50s');
  });

  it('changes nothing of the draft that it is given', () => {
    const before = JSON.stringify(DRAFT);
    expect([...cutsOf(DRAFT, ORACLE, 100)].every(({ draft }) => draft !== DRAFT)).toBe(true);
    expect(JSON.stringify(DRAFT)).toBe(before);
  });
});

describe('the reason of a failure', () => {
  const result = (parts: Partial<ScenarioResult>) =>
    ({ findings: [], verdicts: [], waiting: [], ...parts }) as unknown as ScenarioResult;
  const finding = { oracle: 'bootable', time: 1, message: 'pir-1 has nothing left' };
  const verdict = { text: 'pir run release', ok: false, seen: 'pir-1 is off' };

  it('is a finding before an expectation before a step, and none of a run that passed', () => {
    expect(failureKind(result({ findings: [finding], verdicts: [verdict] }))).toEqual(ORACLE);
    expect(failureKind(result({ verdicts: [verdict], waiting: ['line 3: when x'] }))).toEqual(
      EXPECTED,
    );
    expect(failureKind(result({}))).toBeUndefined();
  });

  it('is the same on another line, and another with another oracle', () => {
    const failure = failureKind(result({ waiting: ['line 3: when pir is off'] }))!;
    expect(showsFailure(result({ waiting: ['line 9: when pir is off'] }), failure)).toBe(true);
    expect(showsFailure(result({ findings: [{ ...finding, oracle: 'ceilings' }] }), ORACLE)).toBe(
      false,
    );
    expect(showsFailure(result({ verdicts: [{ ...verdict, ok: true }] }), EXPECTED)).toBe(false);
  });
});
