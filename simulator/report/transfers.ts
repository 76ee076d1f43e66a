import type { Transfer } from './story.ts';

/** Downloads smaller than that are answers, not images, bytes. */
const IMAGE_MIN = 32 * 1024;
/** A silence longer than that ends a transfer in the picture, µs. */
const SILENCE = 15_000_000;

interface Asked {
  md5: string;
  parts: number;
  total: number;
}

/** The images on their way to one board: by mesh, as it asks for parts; by HTTP, as bytes come. */
export class TransferLog {
  readonly #done: Transfer[] = [];
  readonly #imageName: (md5: string) => string;
  /** Over one connection or many: a client may ask for each range anew. */
  readonly #downloads: { from: number; to: number; bytes: number }[] = [];
  #asked: Asked = { md5: '', parts: 0, total: 0 };
  #mesh: (Transfer & { md5: string }) | undefined;

  constructor(imageName: (md5: string) => string) {
    this.#imageName = imageName;
  }

  /** What the board has asked for up to now, looked at from time to time. */
  asked(time: number, { md5, parts, total }: Asked): void {
    const before = this.#asked;
    if (md5 === before.md5 && parts === before.parts) return;
    this.#asked = { md5, parts, total };
    const current = this.#mesh;
    const goesOn = current?.md5 === md5 && time - current.to < SILENCE;
    const text = `${this.#imageName(md5)}: ${parts} of ${total} parts`;
    if (goesOn) Object.assign(current, { to: time, share: parts / total, text });
    else {
      this.#mesh = { md5, from: time, to: time, over: 'mesh', share: parts / total, text };
      this.#done.push(this.#mesh);
    }
  }

  /** Bytes that the server sent to the board; a silence ends a download. */
  received(time: number, length: number): void {
    const last = this.#downloads.at(-1);
    if (last && time - last.to < SILENCE) {
      last.to = Math.max(last.to, time);
      last.bytes += length;
    } else this.#downloads.push({ from: time, to: time, bytes: length });
  }

  get all(): Transfer[] {
    const downloads = this.#downloads
      .filter(({ bytes }) => bytes >= IMAGE_MIN)
      .map(({ from, to, bytes }): Transfer => {
        const text = `${Math.round(bytes / 1024)} KB from the server`;
        return { from, to, over: 'http', text };
      });
    const mesh = this.#done.map(
      ({ from, to, over, share, text }): Transfer => ({ from, to, over, share, text }),
    );
    return [...downloads, ...mesh].sort((a, b) => a.from - b.from);
  }
}
