/** A scripted TCP peer behind the tcp imports: what it answers is bytes in pieces, with gaps, and how it ends. */
import type { HostFunctions, TestGuest } from './guest.ts';

export interface Reply {
  /** Pieces as they arrive, 1 ms apart. */
  pieces: Uint8Array[];
  /** After the last piece: keep the connection open, close it, or stay silent (the same as open). */
  end?: 'open' | 'close';
}

interface Connection {
  request: string;
  waiting: Uint8Array[];
  received: number[];
  closed: boolean;
  closing: boolean;
}

export class ScriptedPeer {
  readonly requests: string[] = [];
  connects = 0;
  refuse = false;
  readonly #guest: () => TestGuest;
  readonly #replies: Reply[] = [];
  readonly #open = new Map<number, Connection>();

  constructor(guest: () => TestGuest) {
    this.#guest = guest;
  }

  push(...replies: Reply[]): void {
    this.#replies.push(...replies);
  }

  host(): HostFunctions {
    const at = (fd: number) => this.#open.get(fd);
    const read = (fd: number, out: number, capacity: number) => {
      const connection = at(fd);
      if (!connection) return -1;
      const taken = connection.received.splice(0, capacity);
      this.#guest().put(out, Uint8Array.from(taken));
      return taken.length || (connection.closed ? -1 : 0);
    };
    return {
      'tcp.connect': async () => {
        this.#guest().now += 500;
        if (this.refuse) return -1;
        this.connects++;
        this.#open.set(this.connects, {
          request: '',
          waiting: [],
          received: [],
          closed: false,
          closing: false,
        });
        return this.connects;
      },
      'tcp.write': (fd = 0, data = 0, length = 0) => {
        const connection = at(fd);
        if (!connection || connection.closed) return -1;
        connection.request += this.#guest().text(data, length);
        this.#answer(connection);
        return length;
      },
      'tcp.available': (fd = 0) => at(fd)?.received.length ?? 0,
      'tcp.read': (fd = 0, out = 0, capacity = 0) => read(fd, out, capacity),
      'tcp.read_line': (fd = 0, out = 0, capacity = 0) => {
        const line = (at(fd)?.received.indexOf(10) ?? -1) + 1;
        return read(fd, out, Math.min(capacity, line || capacity));
      },
      'tcp.peek': (fd = 0) => at(fd)?.received[0] ?? -1,
      'tcp.wait': async (fd = 0, timeout = 0) => this.#wait(at(fd), timeout),
      'tcp.connected': (fd = 0) => {
        const connection = at(fd);
        return connection && (!connection.closed || connection.received.length) ? 1 : 0;
      },
      'tcp.close': (fd = 0) => void this.#open.delete(fd),
    };
  }

  #answer(connection: Connection): void {
    const head = connection.request.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(connection.request)?.[1] ?? 0);
    if (connection.request.length < head + 4 + length) return;
    this.requests.push(connection.request);
    connection.request = '';
    const reply = this.#replies.shift() ?? { pieces: [], end: 'close' };
    connection.waiting.push(...reply.pieces);
    connection.closing = reply.end === 'close';
  }

  #wait(connection: Connection | undefined, timeout: number): number {
    if (!connection) return -1;
    if (connection.received.length) return 1;
    const piece = connection.waiting.shift();
    if (piece) {
      this.#guest().now += 1000;
      connection.received.push(...piece);
      return 1;
    }
    if (connection.closing) connection.closed = true;
    if (connection.closed) return -1;
    this.#guest().now += timeout;
    return 0;
  }
}
