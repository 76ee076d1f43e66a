import { bootRecord } from './boot-record.ts';
import { FinalStates } from './final-states.ts';
import { FINAL_NODE, FINAL_UPDATE } from './final-status.ts';
import { readFlash, settledImage } from './flash-view.ts';
import type { NodeClaim, Oracle, UpdateClaim } from './oracle.ts';
import { sameNode } from './same-node.ts';

const keyOf = ({ nodeId, updateId }: NodeClaim) => `node ${nodeId} of update ${updateId}`;

export const serverTruth: Oracle = {
  name: 'server-truth',
  promise:
    'the server says completed only of boards that run and confirm the image, and no final state changes',
  watch(fleet, report) {
    const finals = new FinalStates(report);
    const running = new Map<string, string>();
    let seen: { nodes?: NodeClaim[]; updates?: UpdateClaim[] } = {};
    const boardOf = (id: string) =>
      [...fleet.boards.values()].find(({ nodeId }) => sameNode(id, nodeId));
    const node = ({ updateId, nodeId, md5 }: NodeClaim) => {
      const board = boardOf(nodeId);
      if (!board) return report(`update ${updateId} is completed for ${nodeId}, which is no board`);
      const claim = `the server calls update ${updateId} completed for ${board.name}`;
      const settled = settledImage(board);
      if (settled?.md5 !== md5) {
        const { active } = readFlash(board);
        const is = settled ? `${settled.version} (${settled.md5})` : `on trial (${active?.state})`;
        return report(`${claim}, which is ${is}`);
      }
      const runs = running.get(board.name);
      if (runs !== md5) report(`${claim}, which runs ${runs ?? 'nothing'}`);
    };
    const update = ({ id, verified }: UpdateClaim, nodes: readonly NodeClaim[]) => {
      const own = nodes.filter(({ updateId }) => updateId === id);
      const without = own.filter(({ status }) => status !== 'completed');
      if (without.length > 0) {
        const names = without.map(({ nodeId, status }) => `${nodeId} ${status}`).join(', ');
        report(`update ${id} is completed, without ${names}`);
      } else if (verified && own.length === 0) {
        report(`update ${id} is completed and verified, with no node that took it`);
      }
    };
    const ask = async () => {
      const nodes = await fleet.server.nodes();
      const updates = await fleet.server.updates();
      // The same rows as last time: nothing has changed.
      if (nodes === seen.nodes && updates === seen.updates) return;
      seen = { nodes, updates };
      const fresh = finals.take([
        ...updates.map(({ id, status }) => ({
          key: `update ${id}`,
          status,
          final: FINAL_UPDATE.has(status),
        })),
        ...nodes.map((claim) => ({
          key: keyOf(claim),
          status: claim.status,
          final: FINAL_NODE.has(claim.status),
        })),
      ]);
      for (const claim of nodes) {
        if (fresh.has(keyOf(claim)) && claim.status === 'completed') node(claim);
      }
      for (const claim of updates) {
        if (fresh.has(`update ${claim.id}`) && claim.status === 'completed') update(claim, nodes);
      }
    };
    return {
      kinds: ['boot'],
      record(record) {
        const boot = bootRecord(record);
        if (boot) running.set(boot.board, boot.md5);
      },
      tick: ask,
      end: ask,
    };
  },
};
