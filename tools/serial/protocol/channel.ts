import type { SerialLink } from '../link.ts';
import { NOISE_HINT, SerialError } from '../trouble.ts';
import { opName } from './opcodes.ts';
import { dataOf, decodeReply, encodeRequest, RefusedError, type Reply } from './packet.ts';
import { SlipDecoder } from './slip.ts';

const TIMEOUT_MS = 3000;
/** Bytes of what the board said lately, for its boot log. */
const HEARD_MAX = 4096;

export interface CommandOptions {
  checksum?: number;
  timeoutMs?: number;
  /** Bytes of data in the reply, before its status. */
  replyLength?: number;
}

interface Waiter {
  frame: (frame: Uint8Array) => void;
  fail: (error: SerialError) => void;
}

/**
 * Requests and replies over a link, one at a time. Frames wait in a queue until asked for. A link that
 * goes away fails whoever waits, at once.
 */
export class Channel {
  readonly link: SerialLink;
  /** Bytes both ways since the channel was opened. */
  wireBytes = 0;
  readonly #decoder = new SlipDecoder((frame) => this.#arrived(frame));
  readonly #queue: Uint8Array[] = [];
  readonly #stop: (() => void)[];
  #waiter: Waiter | undefined;
  #gone: SerialError | undefined;
  #heard = new Uint8Array(0);
  #lastByte = 0;

  constructor(link: SerialLink) {
    this.link = link;
    this.#stop = [
      link.onData((bytes) => this.#received(bytes)),
      link.onClose((error) =>
        this.#lost(error ?? new SerialError('unplugged', `${link.name} was closed`)),
      ),
    ];
  }

  /** Stops listening; the link stays open for whoever comes next. */
  release(): void {
    for (const stop of this.#stop) stop();
    this.#lost(new SerialError('unplugged', `${this.link.name} is no longer used here`));
  }

  /** What the board said lately, as text, with frames and noise in it. */
  get heard(): string {
    return Buffer.from(this.#heard).toString('latin1');
  }

  /** What was heard so far is of no more interest. */
  forget(): void {
    this.#heard = new Uint8Array(0);
  }

  /** Frames that were no frames, which is what a wrong baud rate and a bad cable look like. */
  get noise(): number {
    return this.#decoder.noise;
  }

  /** Drops what has come in. */
  flush(): void {
    this.#queue.length = 0;
    this.#decoder.reset();
  }

  /** Waits until nothing has come in for a while, and drops what did. */
  async settle(quietMs: number, mostMs = 500): Promise<void> {
    const start = performance.now();
    this.#lastByte = start;
    for (;;) {
      const now = performance.now();
      const left = Math.min(this.#lastByte + quietMs, start + mostMs) - now;
      if (left <= 0) break;
      await sleep(left);
    }
    this.flush();
  }

  /** Sends a request, and waits for its reply.
   * @throws RefusedError; SerialError `no-reply`, `noise`, `unplugged` */
  async command(
    op: number,
    parts: readonly Uint8Array[] = [],
    options: CommandOptions = {},
  ): Promise<{ value: number; data: Uint8Array }> {
    const { checksum, timeoutMs, replyLength } = options;
    await this.request(op, parts, checksum);
    return this.result(op, { timeoutMs, replyLength });
  }

  /** Sends a request, and drops what has come in before. */
  async request(op: number, parts: readonly Uint8Array[] = [], checksum = 0): Promise<void> {
    this.flush();
    await this.sendFrame(encodeRequest(op, parts, checksum));
  }

  /** Bytes as they are, for frames made beforehand. */
  async sendFrame(frame: Uint8Array): Promise<void> {
    if (this.#gone) throw this.#gone;
    this.wireBytes += frame.length;
    await this.link.write(frame);
  }

  /** The reply to a request that was sent. Throws as `command`. */
  async result(
    op: number,
    { timeoutMs = TIMEOUT_MS, replyLength = 0 }: CommandOptions = {},
  ): Promise<{ value: number; data: Uint8Array }> {
    const reply = await this.reply(op, timeoutMs);
    return { value: reply.value, data: dataOf(reply, replyLength) };
  }

  /** The next reply to this command; other replies and text are passed over. */
  async reply(op: number, timeoutMs: number): Promise<Reply> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const left = deadline - performance.now();
      const frame = left > 0 ? await this.#frameWithin(left) : undefined;
      if (!frame) throw this.#silence(op, timeoutMs);
      const reply = decodeReply(frame);
      if (reply?.op === op) return reply;
      // The ROM answers an unknown command eight times, under another command's number.
      if (reply && reply.body[0] !== 0 && reply.body[1] === 0x05) {
        await this.settle(15);
        throw new RefusedError(op, 0x05);
      }
    }
  }

  /** The next frame, whatever it is.
   * @throws SerialError `no-reply`, `unplugged` */
  async frame(what: string, timeoutMs: number): Promise<Uint8Array> {
    const frame = await this.#frameWithin(timeoutMs);
    if (frame) return frame;
    throw new SerialError(
      'no-reply',
      `${this.link.name}: ${what} did not come within ${timeoutMs / 1000} s`,
    );
  }

  #frameWithin(timeoutMs: number): Promise<Uint8Array | undefined> {
    const queued = this.#queue.shift();
    if (queued) return Promise.resolve(queued);
    if (this.#gone) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiter = undefined;
        resolve(undefined);
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiter = undefined;
      };
      this.#waiter = {
        frame: (frame) => {
          settle();
          resolve(frame);
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  #received(bytes: Uint8Array): void {
    this.wireBytes += bytes.length;
    this.#lastByte = performance.now();
    const kept = this.#heard.subarray(Math.max(0, this.#heard.length + bytes.length - HEARD_MAX));
    this.#heard = new Uint8Array(Buffer.concat([kept, bytes]).subarray(-HEARD_MAX));
    this.#decoder.push(bytes);
  }

  #arrived(frame: Uint8Array): void {
    if (this.#waiter) this.#waiter.frame(frame);
    else this.#queue.push(frame);
  }

  #lost(error: SerialError): void {
    this.#gone ??= error;
    this.#waiter?.fail(error);
  }

  #silence(op: number, timeoutMs: number): SerialError {
    const { noise } = this;
    const what = `${this.link.name}: no reply to ${opName(op)} within ${timeoutMs / 1000} s`;
    if (noise === 0) return new SerialError('no-reply', what);
    return new SerialError('noise', `${what}, but ${noise} broken frame${noise > 1 ? 's' : ''}`, {
      hint: NOISE_HINT,
    });
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
