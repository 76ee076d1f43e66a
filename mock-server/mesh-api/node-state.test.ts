import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../http/problem.ts';
import { NODE_STATUSES } from '../store/schema.ts';
import { advanceNode, isFinal, type NodeState } from './node-state.ts';
import type { NodeReport } from './schemas.ts';

const MD5 = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const context = { md5: MD5, now: 1000 };
const report = (more: Partial<NodeReport>): NodeReport => ({
  current_part: 0,
  total_parts: 10,
  ...more,
});
const refusal = (run: () => unknown): Problem | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Problem;
  }
};

describe('advanceNode', () => {
  it('starts a node at what is reported, and dates its start once it is downloading', () => {
    const first = advanceNode(undefined, report({ status: 'pending' }), context);
    expect(first).toMatchObject({ status: 'pending', started_at: null, completed_at: null });
    const next = advanceNode(first, report({ current_part: 1 }), { md5: MD5, now: 2000 });
    expect(next).toMatchObject({ status: 'downloading', started_at: 2000, current_part: 1 });
    const last = advanceNode(next, report({ current_part: 2 }), { md5: MD5, now: 3000 });
    expect(last.started_at).toBe(2000);
  });

  it('never goes back, in state or in parts', () => {
    const state = advanceNode(
      undefined,
      report({ status: 'rebooting', current_part: 10 }),
      context,
    );
    const late = advanceNode(state, report({ status: 'downloading', current_part: 4 }), context);
    expect(late).toMatchObject({ status: 'rebooting', current_part: 10 });
  });

  it('starts counting anew under another part size', () => {
    const state = advanceNode(undefined, report({ current_part: 9 }), context);
    const next = advanceNode(state, report({ current_part: 3, total_parts: 20 }), context);
    expect(next).toMatchObject({ current_part: 3, total_parts: 20 });
  });

  it('completes a node only on evidence', () => {
    for (const evidence of [
      {},
      { confirmed: true },
      { running_md5: MD5 },
      { running_md5: MD5, confirmed: false },
      { running_md5: OTHER, confirmed: true },
    ]) {
      const problem = refusal(() =>
        advanceNode(undefined, report({ status: 'completed', ...evidence }), context),
      );
      expect(problem).toBeInstanceOf(Problem);
      expect(problem?.status).toBe(409);
    }
    const proof = { status: 'completed', running_md5: MD5, confirmed: true } as const;
    const done = advanceNode(undefined, report(proof), context);
    expect(done).toMatchObject({ status: 'completed', completed_at: 1000, running_md5: MD5 });
  });

  it('reads the state from the evidence where none is named', () => {
    const read = (more: Partial<NodeReport>) =>
      advanceNode(undefined, report(more), context).status;
    expect(read({})).toBe('downloading');
    expect(read({ running_md5: OTHER, confirmed: true })).toBe('downloading');
    expect(read({ running_md5: MD5 })).toBe('rebooting');
    expect(read({ running_md5: MD5, confirmed: true })).toBe('completed');
  });

  it('does not call a node rolled back that runs the new image', () => {
    const wrong = report({ status: 'rolled_back', running_md5: MD5 });
    expect(refusal(() => advanceNode(undefined, wrong, context))?.status).toBe(409);
    const right = report({ status: 'rolled_back', running_md5: OTHER, error_message: 'crash' });
    expect(advanceNode(undefined, right, context)).toMatchObject({
      status: 'rolled_back',
      error_message: 'crash',
      completed_at: 1000,
    });
  });

  it('never changes a final state, and never loses ground, whatever comes', () => {
    const md5 = fc.constantFrom(MD5, OTHER, null);
    const anyReport: fc.Arbitrary<NodeReport> = fc.record({
      status: fc.option(fc.constantFrom(...NODE_STATUSES), { nil: undefined }),
      current_part: fc.nat(10),
      total_parts: fc.constant(10),
      running_md5: md5,
      confirmed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 12 }), (reports) => {
        let state: NodeState | undefined;
        for (const one of reports) {
          const before: NodeState | undefined = state;
          try {
            state = advanceNode(before, one, context);
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
            continue;
          }
          if (before && isFinal(before.status)) expect(state).toEqual(before);
          expect(state.current_part).toBeGreaterThanOrEqual(before?.current_part ?? 0);
          if (state.status === 'completed') expect(state.running_md5).toBe(MD5);
        }
      }),
    );
  });
});
