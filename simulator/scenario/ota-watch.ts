import type { TraceRecord } from '../kernel/trace.ts';
import { type FrameReader, frameReaderOf } from '../oracles/frames.ts';
import type { World } from './world.ts';

/** What one board asked for by painlessMesh OTA, as seen on the air. */
export interface TransferCount {
  /** Different parts asked for, of the current image. */
  parts: number;
  /** Parts in the image. */
  total: number;
  /** Requests for a part that had been asked for before. */
  retries: number;
  md5: string;
}

/** A request is shorter than that; a part of an image is longer. */
const REQUEST_MAX = 600;

/** Its fields, whoever wrote them: the MD5 as text, numbers as numbers or text. */
const [FROM, MD5, PART, PARTS] = ['from', 'md5', 'partNo', 'noPart'].map(
  (name) => new RegExp(`"${name}":"?([0-9a-f]+)`),
) as [RegExp, RegExp, RegExp, RegExp];

/** Counts DATA_REQUEST frames (type 11) at the board that sends them first. */
export class OtaWatch {
  readonly #counts = new Map<string, TransferCount>();
  readonly #latest = new Map<string, TransferCount>();
  readonly #seen = new Map<string, Set<number>>();
  readonly #ids: Map<string, number>;
  readonly #reader: FrameReader;

  constructor(world: World) {
    this.#ids = new Map([...world.boards.values()].map((board) => [board.name, board.nodeId]));
    this.#reader = frameReaderOf(world.kernel);
    world.kernel.trace.listen((record) => this.#look(record));
  }

  /** The transfer of `md5` to `board`; zeros when it asked for nothing. */
  count(board: string, md5: string): TransferCount {
    return this.#counts.get(`${board} ${md5}`) ?? { parts: 0, total: 0, retries: 0, md5 };
  }

  /** The transfer that the board asked for last; zeros when it asked for nothing. */
  latest(board: string): TransferCount {
    return this.#latest.get(board) ?? { parts: 0, total: 0, retries: 0, md5: '' };
  }

  #look(record: TraceRecord): void {
    for (const frame of this.#reader.read(record)) {
      if (frame.length < REQUEST_MAX && frame.includes('"type":11,')) {
        this.#request(record.board, frame);
      }
    }
  }

  #request(board: string, frame: string): void {
    if (Number(FROM.exec(frame)?.[1]) !== this.#ids.get(board)) return;
    const md5 = MD5.exec(frame)?.[1] ?? '';
    const part = Number(PART.exec(frame)?.[1]);
    const key = `${board} ${md5}`;
    const count = this.#counts.get(key) ?? {
      parts: 0,
      total: Number(PARTS.exec(frame)?.[1]),
      retries: 0,
      md5,
    };
    const seen = this.#seen.get(key) ?? new Set<number>();
    if (seen.has(part)) count.retries++;
    seen.add(part);
    count.parts = seen.size;
    this.#counts.set(key, count);
    this.#latest.set(board, count);
    this.#seen.set(key, seen);
  }
}
