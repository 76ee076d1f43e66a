import { frameReaderOf, membersOf } from '../oracles/frames.ts';
import type { World } from './world.ts';

/** What a MeshSwarm node last said of itself. */
export interface Heartbeat {
  /** µs. */
  time: number;
  /** Of the image that it says it runs; undefined for a stock node. */
  md5?: string;
  version?: string;
  confirm?: string;
}

/** painlessMesh's broadcast, and MeshSwarm's heartbeat in it. */
const BROADCAST = 8;
const HEARTBEAT = 1;

/** Listens for heartbeats, where their senders hand them to the air. */
export class HeartbeatWatch {
  readonly #last = new Map<number, Heartbeat>();

  constructor(world: World) {
    const ids = new Map([...world.boards.values()].map((board) => [board.name, board.nodeId]));
    const reader = frameReaderOf(world.kernel);
    world.kernel.trace.listen((record) => {
      for (const frame of reader.read(record)) {
        if (!frame.includes(`"type":${BROADCAST},`) || !frame.includes('heap')) continue;
        this.#take(frame, ids.get(record.board), record.time);
      }
    });
  }

  /** The newest of a node; undefined while none was heard. */
  of(nodeId: number): Heartbeat | undefined {
    return this.#last.get(nodeId);
  }

  #take(frame: string, sender: number | undefined, time: number): void {
    const { from, msg } = membersOf(frame);
    if (from !== sender || typeof msg !== 'string') return;
    const { t, d } = membersOf(msg);
    if (t !== HEARTBEAT || typeof d !== 'object' || d === null) return;
    const { md5, fw, confirm } = d as Record<string, unknown>;
    this.#last.set(from as number, {
      time,
      md5: text(md5),
      version: text(fw),
      confirm: text(confirm),
    });
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
