import { describe, expect, it } from 'vitest';
import { treeTopology } from './topology.ts';

describe('treeTopology', () => {
  it('puts four PIR and two LED nodes at least three hops deep', () => {
    const { boards, depth } = treeTopology(6);
    expect(boards.filter((b) => b.role === 'pir').length).toBe(4);
    expect(boards.filter((b) => b.role === 'led').length).toBe(2);
    expect(Math.max(...boards.map((b) => depth(b.name)))).toBeGreaterThanOrEqual(3);
  });

  it.each([3, 7, 50, 100, 200])(
    'is one tree for %i nodes, with at most nine neighbours a board',
    (nodes) => {
      const { boards, rssi, depth } = treeTopology(nodes);
      expect(new Set(boards.map((b) => b.name)).size).toBe(nodes + 1);
      for (const a of boards) {
        const near = boards.filter((b) => rssi(a.name, b.name) !== undefined);
        expect(near.length).toBeLessThan(10);
        expect(near.every((b) => Math.abs(depth(a.name) - depth(b.name)) === 1)).toBe(true);
      }
    },
  );

  it('refuses a world without a tree', () => {
    expect(() => treeTopology(2)).toThrow(/3 to 200 nodes/);
  });
});
