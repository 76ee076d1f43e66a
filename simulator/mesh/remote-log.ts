/** The remote log plugin (src/plugin/remote.hpp, logger.hpp `remote`): a node's last lines to one other node, type 14. */
import { asString, asUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import type { MeshNode } from './node.ts';
import { ROUTING, TYPE } from './protocol.ts';
import { sendTo } from './routing.ts';
import { FOREVER, SECOND } from './tasks.ts';
import { LOG } from './types.ts';

/** Lines kept; the oldest goes first. */
const QUEUE_SIZE = 10;
/** A line is cut there, bytes with its end. */
const LINE_SIZE = 200;

export interface RemoteLine {
  /** Counts up by one a line. */
  readonly id: number;
  readonly text: string;
}

export class RemoteLog {
  private queue: RemoteLine[] = [];
  private nextId = 0;
  private readonly node: MeshNode;

  constructor(node: MeshNode) {
    this.node = node;
  }

  /** Keeps a line, where `setDebugMsgTypes` has switched REMOTE on. */
  add(text: string): void {
    if (!(this.node.logTypes & LOG.REMOTE)) return;
    this.queue.push({ id: this.nextId, text: text.slice(0, LINE_SIZE - 1) });
    this.nextId = (this.nextId + 1) >>> 0;
    if (this.queue.length > QUEUE_SIZE) this.queue.shift();
  }

  /** `remote::begin`: sends what is kept every `seconds`, the same lines again as long as they are kept. */
  begin(dest: number, seconds: number, freeMemory: () => number): void {
    const { node } = this;
    node.pool.add(seconds * SECOND, FOREVER, () => {
      this.add(`Memory ${freeMemory()} and stability ${node.stability}\n`);
      if (this.queue.length > 0) sendTo(node, this.print(dest), dest);
    });
  }

  private print(dest: number): string {
    const lines = this.queue.map(({ id, text }) => `{"first":${id},"second":${quote(text)}}`);
    return `{"from":${this.node.nodeId},"dest":${dest},"routing":${ROUTING.SINGLE},"type":${TYPE.REMOTE_LOG},"log":[${lines.join(',')}]}`;
  }
}

/** Lines that are no objects are left out; missing fields read as 0 and "null". */
export function readRemoteLog(frame: JsonValue): RemoteLine[] {
  const log = member(frame, 'log');
  if (!Array.isArray(log)) return [];
  return log.map((line) => ({
    id: asUint32(member(line, 'first')),
    text: asString(member(line, 'second')),
  }));
}
