import type { Mesh } from '../../../simulator/mesh/index.ts';
import type { TraceEntry } from '../../../simulator/real/frame-trace.ts';

/** Where to dial. */
export interface Place {
  host: string;
  port: number;
}

/** A node that is one says its id within a second; WiFi may lose a frame. */
const JOIN_MS = 15_000;
/** The engine closes a link whose far end has said nothing for ten seconds; what closes earlier was closed there. */
const SILENT_MS = 9_000;
const POLL_MS = 20;

/** The way from a dialled address to a neighbour that has named itself, or to a sentence on why there is none. */
export class Arrival {
  readonly #at: string;
  readonly #host: string;
  #failure: Error | undefined;
  #openedAt = 0;
  #heard = false;

  constructor({ host, port }: Place) {
    this.#host = host;
    this.#at = `${host}:${port}`;
  }

  /** What the system says of a try to dial. */
  unreachable(error: NodeJS.ErrnoException): void {
    this.#failure ??= new Error(
      `${this.#reason(error)}. Join the WiFi of a node first; its address is your gateway, 10.x.y.1.`,
    );
  }

  /** Begin, frames and end of the link. */
  trace({ event, from }: TraceEntry): void {
    if (event === 'connect') this.#openedAt = performance.now();
    else if (event === 'eof') this.#failure ??= new Error(this.#closed());
    else if (from !== 'me') this.#heard = true;
  }

  /** Resolves when the neighbour has named itself. */
  async of(mesh: Mesh): Promise<void> {
    const end = performance.now() + JOIN_MS;
    while (mesh.getNodeList().length === 0) {
      if (this.#failure) throw this.#failure;
      if (performance.now() > end) throw new Error(this.#noNode());
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  #closed(): string {
    if (performance.now() - this.#openedAt > SILENT_MS) return this.#noNode();
    return `the connection to ${this.#at} ended at once: it is no painlessMesh node, or it still has this machine's last one (wait a minute).`;
  }

  #noNode(): string {
    const what = this.#heard ? 'what it says is not how a node begins' : 'not a frame of it came';
    return `${this.#at} took the connection but does not speak painlessMesh, ${what}: is it a node?`;
  }

  #reason(error: NodeJS.ErrnoException): string {
    const at = this.#at;
    const reason: Record<string, string> = {
      ECONNREFUSED: `${at} refuses the connection: no painlessMesh node listens there`,
      ENOTFOUND: `there is no host ${this.#host}`,
      EAI_AGAIN: `there is no host ${this.#host}, or no name server to ask`,
      EHOSTUNREACH: `${at} cannot be reached`,
      ENETUNREACH: `${at} cannot be reached`,
      ETIMEDOUT: `${at} does not answer`,
    };
    return reason[error.code ?? ''] ?? `${at}: ${error.message}`;
  }
}
