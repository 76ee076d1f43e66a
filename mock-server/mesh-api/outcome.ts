import type { NodeRow } from '../store/schema.ts';
import { isFinal } from './node-state.ts';

/** What `complete` makes of an update. */
export type Outcome =
  | { kind: 'open'; nodes: string[] }
  | { kind: 'completed'; verified: boolean }
  | { kind: 'failed'; reason: string };

/**
 * An update is completed when every node it reached is; one that rolled back or failed makes it
 * `failed`, with a reason that names those nodes. No node row at all is a stock gateway's word:
 * completed, not verified. A node still on its way keeps the update open.
 */
export function outcomeOf(nodes: readonly NodeRow[], version: string): Outcome {
  const named = (status: NodeRow['status']) =>
    nodes.filter((n) => n.status === status).map((n) => n.node_id);
  const open = nodes.filter((n) => !isFinal(n.status)).map((n) => n.node_id);
  if (open.length > 0) return { kind: 'open', nodes: open };
  const rolledBack = named('rolled_back');
  const failed = named('failed');
  const without = rolledBack.length + failed.length;
  if (without === 0) return { kind: 'completed', verified: nodes.length > 0 };
  const parts: string[] = [];
  if (rolledBack.length > 0) parts.push(`rolled back: ${rolledBack.join(', ')}`);
  if (failed.length > 0) parts.push(`failed: ${failed.join(', ')}`);
  const reason = `${without} of ${nodes.length} nodes do not run ${version}; ${parts.join('; ')}`;
  return { kind: 'failed', reason };
}
