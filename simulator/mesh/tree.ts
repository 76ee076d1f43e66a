/** The layout tree (src/painlessmesh/layout.hpp and NodeTree in protocol.hpp). */
import { asBoolean, asUint32, isUint32 } from './json-read.ts';
import { type JsonObject, type JsonValue, member } from './json-value.ts';

export interface NodeTree {
  nodeId: number;
  root: boolean;
  subs: NodeTree[];
}

/** Read a tree from a frame or from an element of its `subs`. Whatever is missing or unfit is 0, false or empty. */
export function readTree(json: JsonValue | undefined): NodeTree {
  const own = member(json, 'nodeId');
  const root = member(json, 'root');
  const subs = member(json, 'subs');
  return {
    nodeId: isUint32(own) ? asUint32(own) : asUint32(member(json, 'from')),
    root: typeof root === 'boolean' && asBoolean(root),
    subs: Array.isArray(subs) ? subs.map(readTree) : [],
  };
}

/** `"nodeId":N[,"root":true][,"subs":[…]]`, the members of a tree's object in wire order. */
export function printTreeMembers(tree: NodeTree): string {
  const subs = tree.subs.map((sub) => `{${printTreeMembers(sub)}}`).join(',');
  return `"nodeId":${tree.nodeId}${tree.root ? ',"root":true' : ''}${subs && `,"subs":[${subs}]`}`;
}

/** The same as a JSON value, for the pretty printer. */
export function treeToJson(tree: NodeTree): JsonObject {
  const object: JsonObject = new Map<string, JsonValue>([['nodeId', tree.nodeId]]);
  if (tree.root) object.set('root', true);
  if (tree.subs.length > 0) object.set('subs', tree.subs.map(treeToJson));
  return object;
}

export function contains(tree: NodeTree, nodeId: number): boolean {
  return tree.nodeId === nodeId || tree.subs.some((sub) => contains(sub, nodeId));
}

/** Number of nodes. */
export function size(tree: NodeTree): number {
  return tree.subs.reduce((sum, sub) => sum + size(sub), 1);
}

/** Without the branches that start at `nodeId` or at no known node. */
export function excludeRoute(tree: NodeTree, nodeId: number): NodeTree {
  return { ...tree, subs: tree.subs.filter((sub) => sub.nodeId !== 0 && sub.nodeId !== nodeId) };
}

/** Same nodes in the same places. The order of `subs` counts. */
export function sameTree(a: NodeTree, b: NodeTree): boolean {
  return (
    a.nodeId === b.nodeId &&
    a.root === b.root &&
    a.subs.length === b.subs.length &&
    a.subs.every((sub, i) => sameTree(sub, b.subs[i]!))
  );
}

/** Whether any node is the root. */
export function isRooted(tree: NodeTree): boolean {
  return tree.root || tree.subs.some(isRooted);
}

/** Node ids, parents before children. */
export function listNodes(tree: NodeTree, includeTop: boolean): number[] {
  const ids: number[] = [];
  if (includeTop) ids.push(tree.nodeId);
  for (const sub of tree.subs) collectNodes(sub, ids);
  return ids;
}

function collectNodes(tree: NodeTree, ids: number[]): void {
  ids.push(tree.nodeId);
  for (const sub of tree.subs) collectNodes(sub, ids);
}

export function copyTree(tree: NodeTree): NodeTree {
  return { nodeId: tree.nodeId, root: tree.root, subs: tree.subs.map(copyTree) };
}
