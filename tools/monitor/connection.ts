import type { SerialLink } from '../serial/link.ts';

export interface ConnectionEvents {
  data(bytes: Uint8Array): void;
  /** The port went away by itself. */
  lost(reason: string): void;
  /** It is there again, after so many ms. */
  back(link: SerialLink, after: number): void;
}

export interface ConnectionOptions {
  open(): Promise<SerialLink>;
  /** Between two tries to open a port that went away, ms. */
  retryMs?: number;
  now(): number;
}

const RETRY_MS = 500;

/** A port that is opened again whenever it has gone, until it is closed here. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  #link: SerialLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** The port, while it is there. */
  get link(): SerialLink | undefined {
    return this.#link;
  }

  /** The first time; what `open` throws, if the port is not there. */
  async start(): Promise<SerialLink> {
    const link = await this.#options.open();
    this.#use(link);
    return link;
  }

  /** Answers whether there was a port to send to. */
  async send(bytes: Uint8Array): Promise<boolean> {
    const link = this.#link;
    if (!link?.isOpen) return false;
    // A write fails when the port goes away, and that is told by its own event.
    return link.write(bytes).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#link?.close();
    this.#link = undefined;
  }

  #use(link: SerialLink): void {
    this.#link = link;
    link.onData((bytes) => this.#events.data(bytes));
    link.onClose((error) => {
      if (this.#closed || this.#link !== link) return;
      this.#link = undefined;
      this.#events.lost(error?.message ?? `${link.name} was closed`);
      this.#later(this.#options.now());
    });
  }

  #later(since: number): void {
    const { open, now, retryMs = RETRY_MS } = this.#options;
    this.#timer = setTimeout(async () => {
      const link = await open().catch(() => undefined);
      if (this.#closed) return void link?.close();
      if (!link) return this.#later(since);
      this.#use(link);
      this.#events.back(link, now() - since);
    }, retryMs);
  }
}
