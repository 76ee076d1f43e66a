import { isWireScript, type WireScript, wireBytes } from '../../tools/formats/wire-script.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  type HttpRequestHead,
  parseRequestHead,
  RequestBodyReader,
  requestOf,
} from './http-request.ts';
import { type PlainResponse, serialiseResponse } from './http-response.ts';
import type { TcpEnd } from './tcp.ts';
import { playWire } from './wire-player.ts';

/** A server as a function. Rejections stand for a server that is down: the connection is reset. */
export type FetchFunction = (request: Request) => Promise<Response>;

/** Who asks. */
export interface ServiceCaller {
  /** The how-manieth connection to this service, from 1. */
  connection: number;
  /** Name of the device that opened it. */
  device: string;
}

/** As a FetchFunction, for a server that may also have its answer in parts, or say what goes over the wire, byte by byte. */
export type ExchangeFunction = (
  request: Request,
  caller: ServiceCaller,
) => Promise<Response | PlainResponse | WireScript>;

export interface HttpServiceOptions {
  kernel: Kernel;
  /** What requests are addressed to, such as `http://ota.test`. */
  origin: string;
  fetch: ExchangeFunction;
  /** Time that the server and the uplink add to each answer, µs, asked for each; Infinity: it never comes. */
  latency?: () => number;
}

const LATENCY_US = 4_000;
const HEAD_LIMIT = 16_384;
const BODY_LIMIT = 1_048_576;

/**
 * Serves HTTP/1.1 on virtual TCP streams by a fetch function: real bytes in, real bytes out, keep-alive, one request at a
 * time on a connection. Virtual time stands still while the function is awaited; then `latency` is charged.
 */
export class HttpService {
  readonly #options: HttpServiceOptions;
  #connections = 0;

  constructor(options: HttpServiceOptions) {
    this.#options = options;
  }

  accept = (end: TcpEnd): void => {
    this.#connections++;
    new ServerConnection(end, this.#options, {
      connection: this.#connections,
      device: end.peer,
    }).start();
  };
}

class ServerConnection {
  readonly #end: TcpEnd;
  readonly #options: HttpServiceOptions;
  readonly #caller: ServiceCaller;
  #buffer = new Uint8Array(0);
  #head: HttpRequestHead | undefined;
  #body: RequestBodyReader | undefined;
  #busy = false;

  constructor(end: TcpEnd, options: HttpServiceOptions, caller: ServiceCaller) {
    this.#end = end;
    this.#options = options;
    this.#caller = caller;
  }

  start(): void {
    this.#end.onData = (bytes) => {
      const joined = new Uint8Array(this.#buffer.length + bytes.length);
      joined.set(this.#buffer);
      joined.set(bytes, this.#buffer.length);
      this.#buffer = joined;
      this.#advance();
    };
  }

  #advance(): void {
    if (this.#busy || this.#end.closed) return;
    if (!this.#head) {
      const parsed = parseRequestHead(this.#buffer, HEAD_LIMIT);
      if (parsed === 'incomplete') return;
      if (typeof parsed === 'string') return this.#refuse(parsed);
      this.#head = parsed;
      this.#buffer = this.#buffer.slice(parsed.length);
      this.#body = new RequestBodyReader(parsed.headers, BODY_LIMIT);
    }
    const state = this.#body!.take(this.#buffer);
    this.#buffer = this.#buffer.slice(state.consumed);
    if (state.error) return this.#refuse(state.error);
    if (!state.done) return;
    const head = this.#head;
    const body = this.#body!.bytes();
    this.#head = undefined;
    this.#body = undefined;
    this.#busy = true;
    this.#options.kernel.after(0, () => this.#answer(head, body));
  }

  /** Runs as a kernel event, so the kernel awaits the server before time goes on. */
  async #answer(head: HttpRequestHead, body: Uint8Array): Promise<void> {
    const { kernel, origin, fetch, latency } = this.#options;
    let script: WireScript;
    try {
      const answer = await fetch(requestOf(head, origin, body), this.#caller);
      script = isWireScript(answer) ? answer : await plainScript(answer, head);
    } catch {
      script = { kind: 'wire-script', steps: [], end: 'fin' };
    }
    const note = (data: Uint8Array | string) => kernel.trace.add(kernel.now, 'world', 'http', data);
    note(`${head.method} ${head.target}`);
    note(body);
    note(script.steps.length > 0 ? wireBytes(script) : 'no answer');
    const delay = latency?.() ?? LATENCY_US;
    if (Number.isFinite(delay)) kernel.after(delay, () => this.#send(script, head.keepAlive));
  }

  #send(script: WireScript, keepAlive: boolean): void {
    playWire(script, this.#end, this.#options.kernel, () => {
      this.#busy = false;
      if (keepAlive) this.#advance();
      else this.#end.close();
    });
  }

  #refuse(reason: string): void {
    const text = `${reason}\n`;
    this.#end.write(
      new TextEncoder().encode(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
      ),
    );
    this.#end.close();
  }
}

/** An ordinary answer: all at once, and the connection stays where both want that. */
async function plainScript(
  answer: Response | PlainResponse,
  head: HttpRequestHead,
): Promise<WireScript> {
  const { bytes, keepAlive } = await serialiseResponse(answer, head.method, head.keepAlive);
  return { kind: 'wire-script', steps: [{ kind: 'send', bytes }], end: keepAlive ? 'keep' : 'fin' };
}
