import type { Writable } from 'node:stream';

/** A body that is read from a file as it is sent. */
export interface FileContent {
  /** For whoever needs a web stream. */
  stream(): ReadableStream<Uint8Array>;
  /**
   * Writes it all to `to`, never faster than that takes it, and holds no more than a few blocks.
   * Resolves when the last byte was handed over, or when `to` was closed; does not end `to`.
   */
  send(to: Writable): Promise<void>;
}

/** A body as its maker has it. */
export type Content = string | Uint8Array<ArrayBuffer> | FileContent | null;

/**
 * An answer whose parts are still at hand, so that a port can write them to a socket as they are. A
 * web Response costs more than the whole of a small request, and its streams a third of a download's
 * rate; faces that promise one get it by `toResponse`. It can stand as the init of a Response.
 */
export class PlainAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly content: Content;

  constructor(status: number, headers: Record<string, string>, content: Content) {
    this.status = status;
    this.headers = headers;
    this.content = content;
  }

  toResponse(): Response {
    const { status, headers, content } = this;
    const whole = content === null || typeof content === 'string' || content instanceof Uint8Array;
    return new Response(whole ? content : content.stream(), { status, headers });
  }
}

/** What a route answers. */
export type Answer = Response | PlainAnswer;

/** A JSON answer. */
export function json(
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): PlainAnswer {
  const all = { 'content-type': 'application/json', ...headers };
  return new PlainAnswer(status, all, JSON.stringify(value));
}

/** As a web Response, whatever a route made of it. */
export function toResponse(answer: Answer): Response {
  return answer instanceof PlainAnswer ? answer.toResponse() : answer;
}
