import type { TraceRecord } from '../kernel/trace.ts';

/** What a FrameReader must be told of. */
export const FRAME_KINDS = ['frame', 'boot', 'power'] as const;

/** As much as the mesh engine lets wait; what is longer is no frame. */
const LENGTH_MAX = 256 * 1024;

const READERS = new WeakMap<object, FrameReader>();

/** The one reader of a world's frames, for all who listen to its trace from the beginning: each is put together once. */
export function frameReaderOf(kernel: object): FrameReader {
  let reader = READERS.get(kernel);
  if (!reader) READERS.set(kernel, (reader = new FrameReader()));
  return reader;
}

/** Puts painlessMesh frames together again, as text: on the air they come in pieces, and each ends with a NUL. */
export class FrameReader {
  readonly #partial = new Map<string, string>();
  #record: TraceRecord | undefined;
  #frames: readonly string[] = [];

  /** The frames that this record completes, on the link that it went over. The same record may be asked for again until the next. */
  read(record: TraceRecord): readonly string[] {
    if (record !== this.#record) {
      this.#record = record;
      this.#frames = this.#completed(record);
    }
    return this.#frames;
  }

  #completed({ kind, board, data, link }: TraceRecord): string[] {
    if (kind === 'boot' || kind === 'power') this.#forget(board);
    if (kind !== 'frame' || typeof data === 'string') return [];
    const key = `${board} ${link}`;
    const before = this.#partial.get(key);
    const text = before === undefined ? latin1(data) : before + latin1(data);
    if (text.indexOf('\0') === text.length - 1) {
      if (before !== undefined) this.#partial.delete(key);
      return text.length > 1 ? [text.slice(0, -1)] : [];
    }
    const pieces = text.split('\0');
    const rest = pieces.pop()!;
    if (rest === '' || rest.length > LENGTH_MAX) this.#partial.delete(key);
    else this.#partial.set(key, rest);
    return pieces.filter(Boolean);
  }

  /** A restart ends its links, and what was half sent. */
  #forget(board: string): void {
    for (const key of this.#partial.keys()) {
      if (key.startsWith(`${board} `)) this.#partial.delete(key);
    }
  }
}

/** The members of a JSON object; none where it is none. */
export function membersOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
