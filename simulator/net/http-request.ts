import { BodilessRequest } from './bodiless-request.ts';
import { HeaderFields } from './header-fields.ts';

/** The head of an HTTP/1.x request (RFC 9112 §3, §5). */
export interface HttpRequestHead {
  method: string;
  target: string;
  headers: HeaderFields;
  keepAlive: boolean;
  /** Bytes of the head, its empty line included. */
  length: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const REQUEST_LINE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[^ ]*|\*|https?:\/\/[^ ]+) HTTP\/1\.([01])$/;

/** Parses a request's head: the head, `incomplete`, or a sentence that says what is wrong. */
export function parseRequestHead(
  bytes: Uint8Array,
  limit: number,
): HttpRequestHead | 'incomplete' | string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = text.indexOf(END_OF_HEAD);
  if (end < 0)
    return bytes.length > limit ? `the request's head is longer than ${limit} bytes` : 'incomplete';
  const lines = text.toString('latin1', 0, end).split('\r\n');
  const match = REQUEST_LINE.exec(lines[0]!);
  if (!match) return `this is no HTTP/1.1 request line: ${lines[0]!.slice(0, 80)}`;
  const headers = new HeaderFields();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    try {
      headers.append(line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim());
    } catch {
      return `this is no header field: ${line.slice(0, 80)}`;
    }
  }
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  const keepAlive =
    match[3] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return {
    method: match[1]!.toUpperCase(),
    target: match[2]!,
    headers,
    keepAlive,
    length: end + 4,
  };
}

/** A target that stands in a URL as it is: nothing to be escaped, no `.` or `..` to be resolved. */
const PLAIN_TARGET = /^(?:\/\w[\w.-]*)+(?:\?[\w.=&-]*)?$/;

/** The request that a head and its body make. @throws TypeError for a target that makes no URL, or a method that the web forbids */
export function requestOf(
  { method, target, headers }: HttpRequestHead,
  origin: string,
  body: Uint8Array,
): Request {
  const bodiless = method === 'GET' || method === 'HEAD';
  if (bodiless && PLAIN_TARGET.test(target)) {
    return new BodilessRequest(method, origin + target, headers).asRequest();
  }
  return new Request(new URL(target, origin), {
    method,
    headers: [...headers],
    ...(!bodiless && { body: body as Uint8Array<ArrayBuffer> }),
  });
}

/** Collects a request's body by its framing headers (RFC 9112 §6): Content-Length or none; chunked is not sent by boards. */
export class RequestBodyReader {
  readonly #wanted: number;
  readonly #error: string | undefined;
  #got: Uint8Array[] = [];
  #length = 0;

  constructor(headers: HeaderFields, limit: number) {
    const length = headers.get('content-length');
    this.#wanted = length === null ? 0 : Number(length);
    if (headers.has('transfer-encoding'))
      this.#error = 'Transfer-Encoding is not taken here: send Content-Length';
    else if (!/^\d*$/.test(length ?? '')) this.#error = `Content-Length is no number: ${length}`;
    else if (this.#wanted > limit)
      this.#error = `a body of ${this.#wanted} bytes is over the limit of ${limit}`;
  }

  /** Takes what belongs to the body from the front of `bytes`. */
  take(bytes: Uint8Array): { consumed: number; done: boolean; error?: string } {
    if (this.#error) return { consumed: 0, done: false, error: this.#error };
    const consumed = Math.min(bytes.length, this.#wanted - this.#length);
    if (consumed > 0) this.#got.push(bytes.slice(0, consumed));
    this.#length += consumed;
    return { consumed, done: this.#length === this.#wanted };
  }

  bytes(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#got) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
