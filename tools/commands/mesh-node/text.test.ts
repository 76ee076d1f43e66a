import { describe, expect, it } from 'vitest';
import { idText, parseNodeId } from './node-id.ts';
import { parsePlace } from './session.ts';
import { treeLines } from './tree-text.ts';

describe('node ids', () => {
  it.each([
    ['1a2b3c4d', 0x1a2b3c4d],
    ['0x1A2B3C4D', 0x1a2b3c4d],
    ['65', 0x65],
    ['3206773453', 3206773453],
    ['0d65', 65],
  ])('%s is %i', (text, id) => {
    expect(parseNodeId(text)).toBe(id);
    expect(parseNodeId(idText(id))).toBe(id);
  });

  it.each(['', '0', 'xyz', '1a2b3c4d5', '99999999999', '-1', '4294967296', '0x'])(
    '%s is none',
    (text) => {
      expect(() => parseNodeId(text)).toThrow(/hexadecimal digits/);
    },
  );
});

describe('places', () => {
  it.each([
    ['10.26.5.1', '10.26.5.1', 5555],
    ['node.local:80', 'node.local', 80],
    ['[fe80::1%eth0]:5556', 'fe80::1%eth0', 5556],
  ])('%s', (text, host, port) => {
    expect(parsePlace(text)).toEqual({ host, port });
  });

  it.each(['', 'a b', 'host:', 'host:0', 'host:70000', 'http://x', '::1'])('%s is none', (text) => {
    expect(() => parsePlace(text)).toThrow(/is no address of a node/);
  });
});

describe('the drawn tree', () => {
  const node = (nodeId: number, ...subs: ReturnType<typeof leaf>[]) => ({ ...leaf(nodeId), subs });
  const leaf = (nodeId: number) => ({ nodeId, root: false, subs: [] as never[] });

  it('shows who hangs on whom', () => {
    const tree = node(1, node(2, leaf(3), leaf(4)) as never, leaf(5));
    expect(treeLines(tree, ({ nodeId }) => String(nodeId))).toEqual([
      '1',
      '├─ 2',
      '│  ├─ 3',
      '│  └─ 4',
      '└─ 5',
    ]);
  });

  it('ends somewhere', () => {
    let tree = leaf(0);
    for (let i = 1; i < 200; i++) tree = node(i, tree) as never;
    expect(treeLines(tree, ({ nodeId }) => String(nodeId)).length).toBe(66);
  });
});
