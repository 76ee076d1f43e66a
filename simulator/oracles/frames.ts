import type { TraceRecord } from '../kernel/trace.ts';

const decoder = new TextDecoder('latin1');
/** As much as the mesh engine lets wait; what is longer is no frame. */
const LENGTH_MAX = 256 * 1024;

/** Puts painlessMesh frames together again, as text: on the air they come in pieces, and each ends with a NUL. */
export class FrameReader {
  readonly #partial = new Map<string, string>();

  /** The frames that this record completes, on the link that it went over. */
  read({ kind, board, data, link }: TraceRecord): string[] {
    if (kind === 'boot' || kind === 'power') this.#forget(board);
    if (kind !== 'frame' || typeof data === 'string') return [];
    const key = `${board} ${link}`;
    const pieces = ((this.#partial.get(key) ?? '') + decoder.decode(data)).split('\0');
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
