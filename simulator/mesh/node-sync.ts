/** NODE_SYNC: neighbours tell each other their trees (src/painlessmesh/router.hpp `handleNodeSync`, layout.hpp). */
import type { Connection } from './connection.ts';
import type { MeshNode } from './node.ts';
import { TYPE } from './protocol.ts';
import { findRoute } from './routing.ts';
import { FOREVER, SECOND } from './tasks.ts';
import { startTimeSync } from './time-sync.ts';
import { contains, type NodeTree, readTree, sameTree } from './tree.ts';
import { LOG } from './types.ts';

const TIME_SYNC_FIRST = 10 * SECOND;

export function addNodeSync(node: MeshNode): void {
  node.onPackage(TYPE.NODE_SYNC_REQUEST, (frame, connection) => {
    if (!connection) return;
    handleNodeSync(node, readTree(frame), connection);
    connection.send(connection.printTree(TYPE.NODE_SYNC_REPLY), true);
  });
  node.onPackage(TYPE.NODE_SYNC_REPLY, (frame, connection) => {
    if (!connection) return;
    handleNodeSync(node, readTree(frame), connection);
    connection.timeOutTask.disable();
  });
}

function handleNodeSync(node: MeshNode, tree: NodeTree, connection: Connection): void {
  if (!validTree(connection, tree)) {
    node.log(LOG.SYNC, () => `tree from ${connection.nodeId} contradicts itself: closing`);
    node.remoteLog.add(`Invalid connection to ${connection.nodeId}\n`);
    connection.close();
    return;
  }
  if (connection.newConnection) {
    if (findRoute(node, tree.nodeId)) {
      node.log(LOG.SYNC, () => `already connected to ${tree.nodeId}: closing the new link`);
      node.remoteLog.add(`Already connected to ${tree.nodeId}\n`);
      connection.close();
      return;
    }
    adoptConnection(node, tree.nodeId, connection);
  }
  if (connection.nodeId === 0 || !sameTree(tree, connection)) {
    connection.nodeId = tree.nodeId;
    connection.subs = tree.subs;
    connection.root = tree.root;
    const { nodeId } = tree;
    node.pool.once(() => node.changedConnections(nodeId));
  } else {
    connection.nodeSyncTask.delay();
    node.stability += Math.min(1000 - node.stability, 25);
  }
}

/** The far end must stay the same node and not stand in its own branch. */
function validTree(connection: Connection, tree: NodeTree): boolean {
  const { nodeId } = connection;
  if (nodeId === 0) return true;
  return nodeId === tree.nodeId && !tree.subs.some((sub) => contains(sub, nodeId));
}

function adoptConnection(node: MeshNode, nodeId: number, connection: Connection): void {
  node.pool.once(function* () {
    node.log(LOG.CONNECTION, () => `new connection to ${nodeId}`);
    yield { kind: 'newConnection', nodeId };
  });
  const { timeSyncTask } = connection;
  timeSyncTask.set(TIME_SYNC_FIRST, FOREVER, () => startTimeSync(node, connection));
  node.scheduler.addTask(timeSyncTask);
  if (connection.station) timeSyncTask.enable();
  else timeSyncTask.enableDelayed();
  connection.newConnection = false;
}
