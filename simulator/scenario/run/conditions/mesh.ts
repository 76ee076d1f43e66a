import { sameNode } from '../../../oracles/same-node.ts';
import { HeartbeatWatch } from '../../heartbeat-watch.ts';
import type { MeshCondition } from '../../language/conditions/mesh.ts';
import { formatDuration } from '../../language/quantities.ts';
import type { ScenarioBench } from '../bench.ts';
import { imageMd5 } from '../image-facts.ts';
import { eachBoard, type Outcome, outcome } from './outcome.ts';

/** Of a run that asks for heartbeats: from the first time that it does. */
const heartbeats = new WeakMap<ScenarioBench, HeartbeatWatch>();

/** Asks the world about nodes of the mesh. */
export async function askMesh(bench: ScenarioBench, condition: MeshCondition): Promise<Outcome> {
  switch (condition.is) {
    case 'server-names': {
      const rows = await bench.rows.nodes();
      return namesImage(bench, condition, (nodeId) => {
        const own = rows.filter((row) => sameNode(row.node_id, nodeId));
        return own.length > 0 ? (own.at(-1)!.running_md5 ?? '') : undefined;
      });
    }
    case 'heartbeats-name': {
      let watch = heartbeats.get(bench);
      if (!watch) heartbeats.set(bench, (watch = new HeartbeatWatch(bench.world)));
      return namesImage(bench, condition, (nodeId) => watch.of(nodeId)?.md5);
    }
    case 'frames-struck': {
      const { struck } = bench.world.frames;
      return outcome(struck >= condition.least, `they struck ${struck} times`);
    }
    case 'clocks-agree':
      return clocksAgree(bench, condition);
  }
}

function clocksAgree(
  bench: ScenarioBench,
  { boards, withinUs }: Extract<MeshCondition, { is: 'clocks-agree' }>,
): Outcome {
  const timeOf = (name: string) =>
    bench.world.board(name).guest?.binding.mesh?.engine.getNodeTime();
  const first = timeOf(boards[0]!);
  return eachBoard(bench, boards, ({ name }) => {
    const time = timeOf(name);
    if (time === undefined || first === undefined) return 'has no mesh';
    // 32 bits that run over.
    const off = Math.abs((time - first) | 0);
    return off <= withinUs ? '' : `is off by ${formatDuration(off)}`;
  });
}

/** `said`: the MD5 that somebody names for a node; undefined where nobody does. */
function namesImage(
  bench: ScenarioBench,
  { boards, image }: Extract<MeshCondition, { image: string }>,
  said: (nodeId: number) => string | undefined,
): Outcome {
  const wanted = imageMd5(bench.images.get(image)!);
  return eachBoard(bench, boards, ({ nodeId }) => {
    const md5 = said(nodeId);
    if (md5 === wanted) return '';
    return md5 === undefined ? 'is not spoken of' : `is said to run ${md5 || 'nothing'}`;
  });
}
