/**
 * One neighbour: its TCP stream, its branch of the tree and its timers
 * (src/painlessmesh/connection.hpp and the Connection class in mesh.hpp).
 */
import type { MeshNode } from './node.ts';
import { printNodeSync, TYPE } from './protocol.ts';
import { ReceiveBuffer } from './receive-buffer.ts';
import { routePackage } from './routing.ts';
import { SentBuffer } from './sent-buffer.ts';
import { FOREVER, MINUTE, ONCE, SECOND, Task } from './tasks.ts';
import { encodeFrame } from './text.ts';
import { excludeRoute, type NodeTree } from './tree.ts';
import { LOG, type MeshLink, type Steps } from './types.ts';

/** Time a neighbour has to answer a node sync request, ms. */
export const NODE_TIMEOUT = 10 * SECOND;
const ACCEPTOR_FIRST_SYNC = 10 * SECOND;

export class Connection implements NodeTree {
  /** 0 until the first node sync names the far end, and again after the link is closed. */
  nodeId = 0;
  root = false;
  subs: NodeTree[] = [];
  readonly link: MeshLink;
  /** This side dialled. */
  readonly station: boolean;
  open = true;
  /** No node sync has been taken yet. */
  newConnection = true;
  readonly timeSyncTask = new Task();
  readonly nodeSyncTask = new Task();
  readonly timeOutTask = new Task();
  private readonly sentTask = new Task();
  private readonly readTask = new Task();
  private readonly received: ReceiveBuffer;
  private readonly sent: SentBuffer;
  private readonly node: MeshNode;
  private broken = false;

  constructor(node: MeshNode, link: MeshLink, station: boolean) {
    const { maxFrameBytes, maxQueueBytes } = node.settings;
    this.node = node;
    this.link = link;
    this.station = station;
    this.received = new ReceiveBuffer(maxFrameBytes, maxQueueBytes);
    this.sent = new SentBuffer(maxQueueBytes);
    this.sentTask.hasWork = () => !this.sent.empty;
    this.readTask.hasWork = () => !this.received.empty;
  }

  /** Begin to talk. The order of the tasks in the chain is the library's: it orders the frames. */
  start(): void {
    const { scheduler } = this.node;
    this.node.subs.push(this);
    this.timeOutTask.set(NODE_TIMEOUT, ONCE, () => {
      this.node.log(LOG.CONNECTION, () => `no node sync reply from ${this.nodeId}: closing`);
      this.node.remoteLog.add(`id:${this.nodeId} TimeOut\n`);
      this.close();
    });
    scheduler.addTask(this.timeOutTask);
    this.nodeSyncTask.set(MINUTE, FOREVER, () => this.requestNodeSync());
    scheduler.addTask(this.nodeSyncTask);
    if (this.station) this.nodeSyncTask.enable();
    else this.nodeSyncTask.enableDelayed(ACCEPTOR_FIRST_SYNC);
    this.sentTask.set(SECOND, FOREVER, () => this.writeNext());
    scheduler.addTask(this.sentTask);
    this.sentTask.enableDelayed();
    this.readTask.set(SECOND, FOREVER, () => this.readNext());
    scheduler.addTask(this.readTask);
    this.readTask.enableDelayed();
    if (!this.received.empty) this.readTask.forceNextIteration();
  }

  /** Queue a frame. False when the queue is full and the frame is lost. */
  send(text: string, priority = false): boolean {
    return this.sendFrame(encodeFrame(text), priority);
  }

  /** @param frame UTF-8 with its NUL; kept, not copied */
  sendFrame(frame: Uint8Array, priority = false): boolean {
    if (!this.open) return true; // as in the library, a frame for a closed link is lost without a word
    if (this.node.outOfHeap(frame.length)) return true; // the copy of an Arduino String fails in silence
    if (!this.sent.push(frame, priority)) {
      this.node.log(LOG.ERROR, () => `send queue to ${this.nodeId} is full: frame dropped`);
      return false;
    }
    this.sentTask.forceNextIteration();
    return true;
  }

  get queuedBytes(): number {
    return this.sent.bytes + this.received.bytes;
  }

  /** Bytes from the far end. False when the stream broke a bound and must be closed. */
  receive(bytes: Uint8Array): boolean {
    if (!this.open || this.broken) return true;
    if (this.received.push(bytes)) {
      this.readTask.forceNextIteration();
      return true;
    }
    this.node.log(LOG.ERROR, () => `too much data from ${this.nodeId} to keep: closing`);
    this.broken = true;
    this.received.clear();
    return false;
  }

  /** The stream has room again. */
  sendSpace(): void {
    this.sentTask.forceNextIteration();
  }

  /** Close the link; the application hears of it on the next pass, when the tree is already without the branch. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    const { node, nodeId, station } = this;
    const tasks = [this.sentTask, this.readTask, this.timeSyncTask, this.nodeSyncTask];
    for (const task of [...tasks, this.timeOutTask]) node.scheduler.deleteTask(task);
    this.link.close();
    this.received.clear();
    this.sent.clear();
    node.pool.once(function* () {
      yield* node.changedConnections(nodeId);
      yield* node.droppedConnection(nodeId, station);
    });
    this.nodeId = 0;
    this.subs = [];
    this.root = false;
  }

  /** What this node tells the far end: everything but the far end's own branch. */
  printTree(type: number): string {
    return printNodeSync(type, excludeRoute(this.node.tree(), this.nodeId), this.nodeId);
  }

  private requestNodeSync(): void {
    this.node.log(LOG.SYNC, () => `node sync request to ${this.nodeId}`);
    this.send(this.printTree(TYPE.NODE_SYNC_REQUEST));
    this.timeOutTask.disable();
    this.timeOutTask.restartDelayed();
  }

  private writeNext(): void {
    if (this.sent.empty) return;
    const room = Math.min(this.link.sendSpace(), this.node.settings.tcpMss - 1);
    if (room <= 0) return; // next try when the stream reports room, or in a second
    this.link.write(this.sent.take(room));
    this.sentTask.forceNextIteration();
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: no frame, no steps
  private readNext(): Steps | void {
    const frame = this.received.shift();
    if (!frame) return;
    if (!this.received.empty) this.readTask.forceNextIteration();
    return routePackage(this.node, this, frame, this.node.nodeTime());
  }
}
