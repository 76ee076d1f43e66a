import type { TraceRecord } from '../../simulator/kernel/trace.ts';
import { SECOND, type World } from '../../simulator/scenario/world.ts';

/** painlessMesh package types that the rules look at. */
export const TYPE = { broadcast: 8, single: 9, announce: 10, request: 11, data: 12 } as const;

/** A painlessMesh frame where its first sender put it on the air. */
export interface AirFrame {
  /** µs of virtual time. */
  readonly time: number;
  /** The board that sent it. */
  readonly board: string;
  readonly type: number;
  readonly dest: number;
  /** 0 neighbour, 1 single, 2 broadcast; undefined where the type implies it. */
  readonly routing: number | undefined;
  readonly md5: string;
  readonly part: number;
  readonly forced: boolean;
  /** Base64 of a data frame, text of a message. */
  readonly body: string;
}

/** What a MeshSwarm node broadcasts or sends: `{"t":…,"n":…,"d":…}`. */
export interface SwarmMessage {
  readonly time: number;
  readonly board: string;
  readonly t: number;
  readonly d: Record<string, unknown>;
}

const decoder = new TextDecoder('latin1');

/** Listens to the air of a world: every frame of the types above, once, and none on its way through other boards. */
export class AirLog {
  readonly frames: AirFrame[] = [];
  readonly #ids: Map<string, number>;
  /** The beginning of a long frame whose end has not been sent, by board. */
  readonly #open = new Map<string, string>();

  constructor(world: World) {
    this.#ids = new Map([...world.boards.values()].map((board) => [board.name, board.nodeId]));
    world.kernel.trace.listen((record) => this.#look(record));
  }

  of(type: number, board?: string): AirFrame[] {
    return this.frames.filter((f) => f.type === type && (!board || f.board === board));
  }

  /** Messages of MeshSwarm's type `t`, in the order of time. */
  messages(t: number, board?: string): SwarmMessage[] {
    return this.frames
      .filter((f) => f.type === TYPE.broadcast || f.type === TYPE.single)
      .filter((f) => !board || f.board === board)
      .map(({ time, board: from, body }) => ({ time, board: from, ...JSON.parse(body) }))
      .filter((message) => message.t === t);
  }

  /** The newest heartbeat of a board: what it says of itself. */
  heartbeat(board: string): Record<string, unknown> {
    return this.messages(1, board).at(-1)?.d ?? {};
  }

  // Links take a frame in segments. The trace does not say which link a segment went to: a board that sends two long
  // frames at once has them mixed, and the data in them is then worth nothing. Worlds that look at data have one receiver.
  #look({ kind, data, board, time }: TraceRecord): void {
    if (kind !== 'frame' || typeof data === 'string') return;
    const text = decoder.decode(data);
    const begins = text.startsWith('{"');
    const frame = begins ? text : (this.#open.get(board) ?? '') + text;
    if (!frame.endsWith('\0')) return void this.#open.set(board, frame);
    if (!begins) this.#open.delete(board);
    this.#take(time, board, frame.slice(0, -1));
  }

  #take(time: number, board: string, text: string): void {
    if (!/^\{.{0,60}"type":(?:8|9|1[0-2]),/.test(text)) return;
    const fields = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));
    if (fields.from !== this.#ids.get(board)) return;
    const { type, dest = 0, routing, md5 = '', partNo: part = 0, forced = false } = fields;
    const body = fields.data ?? fields.msg ?? '';
    const frame = { time, board, type, dest, routing, md5, part, forced, body };
    if (type !== TYPE.broadcast && routing !== 2) return void this.frames.push(frame);
    if (!this.#hasCopy(frame)) this.frames.push(frame);
  }

  /** A broadcast goes out on every link, one shortly after the other. */
  #hasCopy(frame: AirFrame): boolean {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const other = this.frames[i]!;
      if (frame.time - other.time > SECOND / 10) return false;
      const same = other.board === frame.board && other.type === frame.type;
      if (same && other.body === frame.body && other.md5 === frame.md5) return true;
    }
    return false;
  }
}
