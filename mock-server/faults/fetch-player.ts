import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import type { WireScript } from '../../tools/formats/wire-script.ts';
import { BrokenConnection } from '../broken-connection.ts';
import { play } from './play.ts';

/**
 * What a client makes of a script, without a socket: Node's own HTTP client reads it from a stream in memory, in real time. Rejects
 * with BrokenConnection where it gets no answer; a body that breaks off fails while it is read. `closing` ends what is still under way.
 */
export function answerOf(
  script: WireScript,
  asked: Request,
  closing: AbortSignal,
): Promise<Response> {
  const gone = new AbortController();
  const wire = connection(gone);
  void play(script, {
    gone: gone.signal,
    write: (bytes) => wire.feed(bytes),
    keep: () => {},
    fin: () => wire.push(null),
    rst: () => wire.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
  });
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(asked.url);
    const client = httpRequest({
      method: asked.method,
      path: pathname + search,
      headers: { host: 'wire', connection: 'close' },
      createConnection: () => wire,
    });
    const leave = () => client.destroy(asked.signal.reason ?? new Error('The server is closed.'));
    const signals = [asked.signal, closing];
    for (const signal of signals) signal.addEventListener('abort', leave, { once: true });
    wire.once('close', () => {
      for (const signal of signals) signal.removeEventListener('abort', leave);
    });
    client.on('error', (cause) => {
      wire.destroy();
      reject(asked.signal.aborted ? asked.signal.reason : new BrokenConnection(cause));
    });
    client.on('response', (incoming) => resolve(toResponse(incoming, asked.method, wire)));
    client.end();
    if (asked.signal.aborted || closing.aborted) leave();
  });
}

const BODILESS = new Set([204, 205, 304]);

function toResponse(incoming: IncomingMessage, method: string, wire: Duplex): Response {
  incoming.once('close', () => wire.destroy());
  const headers = new Headers();
  const { rawHeaders } = incoming;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  const status = incoming.statusCode ?? 0;
  const bodiless = BODILESS.has(status) || method === 'HEAD';
  if (bodiless) incoming.resume();
  const body = bodiless ? null : bodyOf(incoming);
  return new Response(body, { status, statusText: incoming.statusMessage, headers });
}

/** What came before a body broke off is there to be read, whenever that happens; a stream that fails at once would drop it. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let end: { error?: Error } | undefined;
  let news = () => {};
  const over = (error?: Error) => {
    end ??= { error };
    news();
  };
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(new Uint8Array(chunk));
    news();
  });
  incoming.on('end', () => over());
  incoming.on('error', over);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (chunks.length === 0 && !end) {
          await new Promise<void>((resolve) => {
            news = resolve;
          });
        }
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else if (end?.error) controller.error(new TypeError('terminated', { cause: end.error }));
        else controller.close();
      },
      cancel() {
        incoming.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

class Wire extends Duplex {
  #resume: (() => void) | undefined;

  /** Resolves when the client reads on. */
  feed(bytes: Uint8Array): Promise<void> {
    if (this.destroyed || this.push(Buffer.from(bytes))) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  override _read(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** The request itself: the server has it already. */
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

function connection(gone: AbortController): Wire {
  const wire = new Wire();
  wire.on('error', () => {});
  wire.once('close', () => {
    wire._read();
    gone.abort();
  });
  return wire;
}
