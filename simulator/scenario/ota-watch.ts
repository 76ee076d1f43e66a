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

/** What one board has asked for. */
interface Asking {
  readonly nodeId: number;
  latest: TransferCount | undefined;
  /** By the image's MD5. */
  readonly transfers: Map<string, { count: TransferCount; seen: Set<number> }>;
}

const NOTHING = { parts: 0, total: 0, retries: 0 };

/** Counts DATA_REQUEST frames (type 11) at the board that sends them first. */
export class OtaWatch {
  readonly #boards: Map<string, Asking>;
  readonly #reader: FrameReader;

  constructor(world: World) {
    const asking = (nodeId: number): Asking => ({
      nodeId,
      latest: undefined,
      transfers: new Map(),
    });
    this.#boards = new Map(
      [...world.boards.values()].map(({ name, nodeId }) => [name, asking(nodeId)]),
    );
    this.#reader = frameReaderOf(world.kernel);
    world.kernel.trace.listen((record) => this.#look(record));
  }

  /** The transfer of `md5` to `board`; zeros when it asked for nothing. */
  count(board: string, md5: string): TransferCount {
    return this.#boards.get(board)?.transfers.get(md5)?.count ?? { ...NOTHING, md5 };
  }

  /** The transfer that the board asked for last; zeros when it asked for nothing. */
  latest(board: string): TransferCount {
    return this.#boards.get(board)?.latest ?? { ...NOTHING, md5: '' };
  }

  #look(record: TraceRecord): void {
    for (const frame of this.#reader.read(record)) {
      if (frame.length < REQUEST_MAX && frame.includes('"type":11,')) {
        this.#request(record.board, frame);
      }
    }
  }

  #request(name: string, frame: string): void {
    const board = this.#boards.get(name);
    if (!board || Number(FROM.exec(frame)?.[1]) !== board.nodeId) return;
    const md5 = MD5.exec(frame)?.[1] ?? '';
    const part = Number(PART.exec(frame)?.[1]);
    let transfer = board.transfers.get(md5);
    if (!transfer) {
      const total = Number(PARTS.exec(frame)?.[1]);
      transfer = { count: { ...NOTHING, total, md5 }, seen: new Set() };
      board.transfers.set(md5, transfer);
    }
    const { count, seen } = transfer;
    if (seen.has(part)) count.retries++;
    seen.add(part);
    count.parts = seen.size;
    board.latest = count;
  }
}
