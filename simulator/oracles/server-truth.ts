import { readFlash, settledImage } from './flash-view.ts';
import type { NodeClaim, Oracle, UpdateClaim } from './oracle.ts';

const FINAL = new Set(['completed', 'failed', 'cancelled']);
const FINAL_NODE = new Set(['completed', 'failed', 'rolled_back']);

export const serverTruth: Oracle = {
  name: 'server-truth',
  promise:
    'the server says completed only of boards that run and confirm the image, and no final state changes',
  watch(fleet, report) {
    const finals = new Map<string, string>();
    /** Keeps the first final state of a row; says so when another follows. */
    const keep = (key: string, status: string, isFinal: boolean) => {
      const known = finals.get(key);
      if (known === undefined) {
        if (isFinal) finals.set(key, status);
        return isFinal;
      }
      if (known !== status) {
        report(`${key} was ${known} and is ${status}`);
        finals.set(key, status);
      }
      return false;
    };
    const boardOf = (id: string) =>
      [...fleet.boards.values()].find(
        ({ nodeId }) => id === String(nodeId) || id.toLowerCase() === nodeId.toString(16),
      );
    const node = ({ updateId, nodeId, md5, status }: NodeClaim) => {
      const fresh = keep(`node ${nodeId} of update ${updateId}`, status, FINAL_NODE.has(status));
      if (!fresh || status !== 'completed') return;
      const board = boardOf(nodeId);
      if (!board) return report(`update ${updateId} is completed for ${nodeId}, which is no board`);
      const settled = settledImage(board);
      if (settled?.md5 === md5) return;
      const { active } = readFlash(board);
      const is = settled ? `${settled.version} (${settled.md5})` : `on trial (${active?.state})`;
      report(`the server calls update ${updateId} completed for ${board.name}, which is ${is}`);
    };
    const update = ({ id, status }: UpdateClaim) => keep(`update ${id}`, status, FINAL.has(status));
    const ask = async () => {
      for (const claim of await fleet.server.updates()) update(claim);
      for (const claim of await fleet.server.nodes()) node(claim);
    };
    return { tick: ask, end: ask };
  },
};
