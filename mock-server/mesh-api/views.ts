import { optionalTime, time } from '../http/times.ts';
import type { FirmwareRow, NodeRow, UpdateRow } from '../store/schema.ts';
import type { listPending } from '../store/updates.ts';
import { PART_SIZE } from './deps.ts';

export function firmwareView(row: FirmwareRow) {
  return { ...row, is_stable: row.is_stable === 1, created_at: time(row.created_at) };
}

export function nodeView(row: NodeRow) {
  const { id: _id, update_id: _update, ...rest } = row;
  return {
    ...rest,
    started_at: optionalTime(row.started_at),
    completed_at: optionalTime(row.completed_at),
  };
}

export function updateView(row: UpdateRow, nodes: readonly NodeRow[]) {
  return {
    id: row.id,
    firmware_id: row.firmware_id,
    node_type: row.target_node_type,
    version: row.version,
    hardware: row.hardware,
    target_node_id: row.target_node_id,
    target_node_type: row.target_node_type,
    status: row.status,
    verified: row.verified === 1,
    force_update: row.force_update === 1,
    error_message: row.error_message,
    created_at: time(row.created_at),
    started_at: optionalTime(row.started_at),
    completed_at: optionalTime(row.completed_at),
    nodes: nodes.filter((node) => node.update_id === row.id).map(nodeView),
  };
}

/** What a gateway reads: small, flat, in the fields the stock one knows. */
export function pendingView(row: Awaited<ReturnType<typeof listPending>>[number]) {
  const { force_update, ...rest } = row;
  return {
    ...rest,
    num_parts: Math.ceil(row.size_bytes / PART_SIZE),
    part_size: PART_SIZE,
    force: force_update === 1,
  };
}
