import { describe, expect, it } from 'vitest';
import type { NodeRow, NodeStatus } from '../store/schema.ts';
import { outcomeOf } from './outcome.ts';

const nodes = (...statuses: NodeStatus[]) =>
  statuses.map((status, i) => ({ node_id: `n${i}`, status }) as NodeRow);

describe('outcomeOf', () => {
  it('is completed and verified when every node is', () => {
    expect(outcomeOf(nodes('completed', 'completed'), '1.2.0')).toEqual({
      kind: 'completed',
      verified: true,
    });
  });

  it('is completed, not verified, without any node', () => {
    expect(outcomeOf([], '1.2.0')).toEqual({ kind: 'completed', verified: false });
  });

  it.each(['pending', 'downloading', 'rebooting'] as const)(
    'stays open for a %s node',
    (status) => {
      expect(outcomeOf(nodes('completed', 'rolled_back', status), '1.2.0')).toEqual({
        kind: 'open',
        nodes: ['n2'],
      });
    },
  );

  it('fails by name when a node rolled back or failed', () => {
    expect(outcomeOf(nodes('rolled_back', 'completed', 'failed', 'rolled_back'), '1.2.0')).toEqual({
      kind: 'failed',
      reason: '3 of 4 nodes do not run 1.2.0; rolled back: n0, n3; failed: n2',
    });
  });
});
