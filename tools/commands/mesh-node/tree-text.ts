import type { NodeTree } from '../../../simulator/mesh/index.ts';

/** Deeper branches are cut: no mesh of boards is that deep. */
const DEPTH_MAX = 64;

/** A mesh as lines, the top first; `label` names a node. */
export function treeLines(top: NodeTree, label: (node: NodeTree) => string): string[] {
  const lines: string[] = [];
  const walk = (node: NodeTree, first: string, rest: string, depth: number): void => {
    lines.push(first + label(node));
    if (depth >= DEPTH_MAX && node.subs.length > 0) {
      lines.push(`${rest}└─ …`);
      return;
    }
    node.subs.forEach((sub, i) => {
      const last = i === node.subs.length - 1;
      walk(sub, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`, depth + 1);
    });
  };
  walk(top, '', '', 0);
  return lines;
}
