import { Problem } from '../http/problem.ts';
import type { NodeRow, NodeStatus } from '../store/schema.ts';
import type { NodeReport } from './schemas.ts';

/** A node's row without its keys. */
export type NodeState = Omit<NodeRow, 'id' | 'update_id' | 'node_id'>;

const RANK: Record<NodeStatus, number> = {
  pending: 0,
  downloading: 1,
  rebooting: 2,
  completed: 3,
  failed: 3,
  rolled_back: 3,
};

export function isFinal(status: NodeStatus): boolean {
  return RANK[status] === RANK.completed;
}

const UNHEARD: NodeState = {
  status: 'pending',
  current_part: 0,
  total_parts: null,
  running_version: null,
  running_md5: null,
  error_message: null,
  started_at: null,
  completed_at: null,
};

/**
 * A node's state after a report. States only move forward, parts only grow, a final state is never
 * changed; so repeats and late arrivals are harmless. `completed` needs evidence: the node was heard
 * running the image (`md5`) and has confirmed it, else Problem 409.
 */
export function advanceNode(
  before: NodeState | undefined,
  report: NodeReport,
  context: { md5: string; now: number },
): NodeState {
  const state = before ?? UNHEARD;
  if (isFinal(state.status)) return state;
  const claimed = report.status ?? statusFromEvidence(report, context.md5);
  checkEvidence(claimed, report, context.md5);
  const status = RANK[claimed] > RANK[state.status] ? claimed : state.status;
  return {
    status,
    ...advanceParts(state, report),
    running_version: report.running_version ?? state.running_version,
    running_md5: report.running_md5 ?? state.running_md5,
    error_message: report.error_message ?? state.error_message,
    started_at: state.started_at ?? (RANK[status] > 0 ? context.now : null),
    completed_at: isFinal(status) ? context.now : null,
  };
}

/** For a report that names no status. */
function statusFromEvidence(report: NodeReport, md5: string): NodeStatus {
  if (report.running_md5 !== md5) return 'downloading';
  return report.confirmed ? 'completed' : 'rebooting';
}

function checkEvidence(claimed: NodeStatus, report: NodeReport, md5: string): void {
  const running = report.running_md5;
  if (claimed === 'completed' && (running !== md5 || !report.confirmed)) {
    throw new Problem(
      409,
      running && running !== md5
        ? `The node runs ${running}, this update's image is ${md5}; report what became of it.`
        : 'A node is completed once it is heard on the new image: send running_md5 and confirmed:true.',
    );
  }
  if (claimed === 'rolled_back' && running === md5) {
    throw new Problem(
      409,
      'A node that runs the new image has not rolled back; check running_md5.',
    );
  }
}

/** Another total means another part size (another gateway took over): counts then start anew. */
function advanceParts(state: NodeState, report: NodeReport) {
  const { current_part, total_parts } = report;
  if (state.total_parts !== total_parts) return { current_part, total_parts };
  return { current_part: Math.max(state.current_part, current_part), total_parts };
}
