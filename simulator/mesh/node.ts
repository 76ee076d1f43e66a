/** One node's state, shared by the parts of the engine. */
import type { Connection } from './connection.ts';
import type { JsonValue } from './json-value.ts';
import { RemoteLog } from './remote-log.ts';
import type { StationScan } from './station.ts';
import { TaskPool } from './task-pool.ts';
import { Scheduler, type Task } from './tasks.ts';
import type { NodeTree } from './tree.ts';
import { LOG, type MeshPorts, type Settings, type Steps } from './types.ts';

/** `connection` is missing when the node handles its own broadcast. `receivedAt`: node time, µs, uint32. */
export type Handler = (
  frame: JsonValue,
  connection: Connection | undefined,
  receivedAt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers simply end
) => Steps | void;

export class MeshNode {
  readonly ports: MeshPorts;
  readonly settings: Settings;
  readonly nodeId: number;
  readonly scheduler: Scheduler;
  readonly pool: TaskPool;
  readonly handlers = new Map<number, Handler[]>();
  /** The newest offer for each role and hardware, where a library release replaces offers. */
  readonly offers = new Map<string, Task>();
  /** Neighbours in the order their links came up. */
  subs: Connection[] = [];
  station: StationScan | undefined;
  root = false;
  /** `setContainsRoot`; the library leaves it uninitialised, here it starts false. */
  containsRoot = false;
  /** 0..1000 */
  stability = 0;
  /** µs, uint32 */
  timeOffset = 0;
  logTypes = 0;
  readonly remoteLog = new RemoteLog(this);

  constructor(ports: MeshPorts, settings: Settings) {
    this.ports = ports;
    this.settings = settings;
    this.nodeId = settings.nodeId;
    this.scheduler = new Scheduler(() => Math.floor(ports.micros() / 1000));
    this.pool = new TaskPool(this.scheduler);
  }

  /** The mesh clock: µs, uint32, wraps after 71.6 minutes. */
  nodeTime(): number {
    return (this.ports.micros() + this.timeOffset) >>> 0;
  }

  /** The whole known mesh with this node on top. Shares the neighbours' trees: copy before keeping. */
  tree(): NodeTree {
    return {
      nodeId: this.nodeId,
      root: this.root,
      subs: this.subs.filter((sub) => sub.nodeId !== 0),
    };
  }

  /** Handlers of one type run in the order they were added. */
  onPackage(type: number, handler: Handler): void {
    const list = this.handlers.get(type);
    if (list) list.push(handler);
    else this.handlers.set(type, [handler]);
  }

  /** The layout behind neighbour `nodeId` is new: tell the other neighbours at once. */
  *changedConnections(nodeId: number): Steps {
    this.log(LOG.MESH_STATUS, () => `changed connections behind ${nodeId}`);
    if (nodeId === 0) return;
    for (const sub of this.subs) {
      if (!sub.open || sub.newConnection || sub.nodeId === 0 || sub.nodeId === nodeId) continue;
      sub.nodeSyncTask.forceNextIteration();
    }
    this.stability = Math.floor(this.stability / 2);
    yield { kind: 'changedConnections' };
  }

  /** A link is gone; `nodeId` 0 when its far end was never known or none came up. */
  *droppedConnection(nodeId: number, station: boolean): Steps {
    this.log(LOG.MESH_STATUS, () => `dropped connection ${nodeId}, station ${station}`);
    this.subs = this.subs.filter((sub) => sub.open);
    if (station) this.station?.lostStation();
    if (nodeId !== 0) yield { kind: 'droppedConnection', nodeId };
  }

  /** Whether the board's heap has no room for a copy of so many bytes. */
  outOfHeap(bytes: number): boolean {
    const left = this.ports.heapFree?.() ?? Number.POSITIVE_INFINITY;
    if (bytes <= left) return false;
    this.log(LOG.ERROR, () => `no heap for a frame of ${bytes} bytes (${left} left): it is lost`);
    return true;
  }

  /** `text` is only built when its type is switched on. */
  log(type: number, text: () => string): void {
    if (this.logTypes & type) this.ports.log(type, text());
  }
}
