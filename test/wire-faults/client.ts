import { type IncomingMessage, type RequestOptions, request } from 'node:http';

/** What a plain Node client sees of one exchange. */
export interface Seen {
  /** Absent where no answer began. */
  status?: number;
  reason?: string;
  version?: string;
  /** As they came: names and values in turn. */
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  /** Of the body, as far as it came. */
  bytes: Buffer;
  /** 1xx answers before it. */
  informational: number[];
  /** `complete`, the code of Node's error, or `silent`: nothing for `patienceMs`. */
  end: string;
}

export interface Asking extends Pick<RequestOptions, 'agent' | 'headers' | 'method'> {
  body?: Uint8Array;
  /** Default 10 s: never, in a test that does not wait for silence. */
  patienceMs?: number;
}

/** One request by node:http; resolves whatever happens. Redirects are not followed. */
export function ask(url: string, asking: Asking = {}): Promise<Seen> {
  const { body, patienceMs = 10_000, ...options } = asking;
  const seen: Seen = {
    rawHeaders: [],
    headers: {},
    bytes: Buffer.alloc(0),
    informational: [],
    end: '',
  };
  return new Promise((resolve) => {
    const sent = request(url, { agent: false, ...options });
    let waiting = setTimeout(silent, patienceMs);
    function end(how: string): void {
      clearTimeout(waiting);
      if (seen.end === '') seen.end = how;
      resolve(seen);
    }
    function silent(): void {
      end('silent');
      sent.destroy();
    }
    function heard(): void {
      clearTimeout(waiting);
      waiting = setTimeout(silent, patienceMs);
    }
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.on('information', ({ statusCode }) => seen.informational.push(statusCode));
    sent.on('response', (answer) => {
      heard();
      seen.status = answer.statusCode;
      seen.reason = answer.statusMessage;
      seen.version = answer.httpVersion;
      seen.rawHeaders = answer.rawHeaders;
      seen.headers = answer.headers;
      answer.on('data', (chunk: Buffer) => {
        heard();
        seen.bytes = Buffer.concat([seen.bytes, chunk]);
      });
      answer.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      answer.on('end', () => end('complete'));
    });
    sent.end(body);
  });
}

/** As `ask`, following redirects as long as there are any, at most `limit`; answers every exchange. */
export async function follow(url: string, limit: number): Promise<Seen[]> {
  const all: Seen[] = [];
  let at = url;
  for (let i = 0; i <= limit; i++) {
    const seen = await ask(at);
    all.push(seen);
    if (seen.headers.location === undefined) break;
    at = new URL(seen.headers.location, at).href;
  }
  return all;
}
