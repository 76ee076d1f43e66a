import type { NodeProgress, Update } from '../client/index.ts';
import { type Column, fields, orDash, paintState, table, when } from './remote/text.ts';

const UPDATES: Column<Update>[] = [
  { title: 'id', cell: (u) => String(u.id), right: true },
  { title: 'node type', cell: (u) => u.node_type },
  { title: 'version', cell: (u) => u.version },
  { title: 'target', cell: (u) => u.target_node_id ?? 'all' },
  { title: 'status', cell: statusOf, paint: paintState },
  { title: 'nodes', cell: countNodes, right: true },
  { title: 'created (UTC)', cell: (u) => when(u.created_at) },
  { title: 'error', cell: (u) => u.error_message ?? '' },
];

const NODES: Column<NodeProgress>[] = [
  { title: 'node', cell: (n) => n.node_id },
  { title: 'status', cell: (n) => n.status, paint: paintState },
  { title: 'parts', cell: (n) => `${n.current_part}/${orDash(n.total_parts)}`, right: true },
  { title: 'runs', cell: (n) => orDash(n.running_version) },
  { title: 'completed (UTC)', cell: (n) => when(n.completed_at) },
  { title: 'error', cell: (n) => n.error_message ?? '' },
];

export const updateTable = (rows: readonly Update[]) => table(UPDATES, rows);

/** Sent is not arrived: without evidence from its nodes no update counts as completed. */
export function statusOf(update: Pick<Update, 'status' | 'verified'>): string {
  if (update.status === 'completed' && !update.verified) return 'sent, not confirmed';
  return update.status;
}

export function updateText(update: Update): string[] {
  const about = fields({
    id: update.id,
    firmware: `${orDash(update.firmware_id)} (${update.node_type} ${update.version})`,
    target: update.target_node_id ?? 'all nodes of that type',
    status: statusOf(update),
    force: update.force_update ? 'yes' : undefined,
    created: `${when(update.created_at)} UTC`,
    started: update.started_at ? `${when(update.started_at)} UTC` : undefined,
    completed: update.completed_at ? `${when(update.completed_at)} UTC` : undefined,
    error: update.error_message ?? undefined,
  });
  return update.nodes.length > 0 ? [...about, '', ...table(NODES, update.nodes)] : about;
}

function countNodes(update: Update): string {
  const done = update.nodes.filter((node) => node.status === 'completed').length;
  return update.nodes.length > 0 ? `${done}/${update.nodes.length}` : '–';
}
