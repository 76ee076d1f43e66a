import type { ServiceCaller } from '../../net/http-service.ts';

/** One request for the bytes of a release, as it reached the server. */
interface Asked {
  board: string;
  /** The server's id of the release. */
  release: number;
  /** First byte asked for. */
  from: number;
}

/** Writes down which board asks the server for which release, and from where on. */
export class DownloadWatch {
  readonly #seen: Asked[] = [];

  asked(request: Request, { device }: ServiceCaller): void {
    const release = /\/api\/ota\/download\/(\d+)/.exec(request.url)?.[1];
    if (release === undefined || request.method !== 'GET') return;
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
    this.#seen.push({ board: device, release: Number(release), from });
  }

  /** How often a board began at the first byte, and how often it went on further behind. */
  count(board: string, release: number | undefined): { begun: number; resumed: number } {
    const own = this.#seen.filter((one) => one.board === board && one.release === release);
    const begun = own.filter(({ from }) => from === 0).length;
    return { begun, resumed: own.length - begun };
  }
}
