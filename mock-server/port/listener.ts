import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { OtaServer } from '../create.ts';
import { PlainAnswer } from '../http/answer.ts';
import { ownFault, Problem, problemAnswer, problemResponse } from '../http/problem.ts';
import type { CallerBindings } from '../http/routes.ts';
import { BrokenConnection } from '../msw.ts';
import { readBody } from './body.ts';
import { connectionCounter } from './connections.ts';
import type { Watch } from './limits.ts';
import { RawAnswer } from './raw-answer.ts';
import { requestId } from './request-id.ts';
import { send } from './send.ts';

/** One request and its answer, once that has ended. */
export interface Exchange {
  id: string;
  method: string;
  /** As it was asked for, its query with it: secrets may stand there. */
  target: string;
  /** The route's path with its parameters by name; absent where there was none. */
  route?: string;
  /** 0 where the connection ended before an answer began. */
  status: number;
  /** The answer was cut off. */
  aborted: boolean;
  /** From the headers of the request to the end of the answer, in milliseconds. */
  ms: number;
  /** Sent, headers included. */
  bytes: number;
  address: string | undefined;
  /** An update was offered under this contract. */
  offered?: 'device' | 'mesh';
}

/** Told of every exchange when it has ended. */
export type Observer = (exchange: Exchange) => void;

/** Answers what a port receives, past web streams wherever an answer allows it. */
export function createListener(
  server: OtaServer,
  watch: Watch,
  observe: Observer | undefined,
): RequestListener {
  const connectionNumber = connectionCounter();
  return getRequestListener(
    (request, env) => {
      const { incoming, outgoing } = env as HttpBindings;
      const caller: CallerBindings & { id: string } = {
        address: incoming.socket.remoteAddress,
        connection: connectionNumber(incoming.socket),
        id: requestId(incoming.headers['x-request-id']),
        readBody: (limit) => readBody(incoming, limit),
      };
      follow(incoming, outgoing, caller, watch, observe);
      return exchange(server, request, caller, incoming, outgoing);
    },
    {
      overrideGlobalObjects: false,
      errorHandler: () =>
        problemResponse(
          new Problem(
            400,
            'The target or the Host of this request is no URL, or it names no Host.',
          ),
        ),
    },
  ) as RequestListener;
}

async function exchange(
  server: OtaServer,
  request: Request,
  caller: CallerBindings & { id: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Response> {
  try {
    const answer = await server.answer(request, caller);
    if (answer instanceof PlainAnswer) {
      await send(answer, outgoing, caller.id);
    } else if (answer instanceof RawAnswer) {
      await answer.play({ socket: incoming.socket, incoming, outgoing });
    } else {
      outgoing.setHeader('x-request-id', caller.id);
      return answer;
    }
  } catch (error) {
    if (error instanceof BrokenConnection) incoming.socket.destroy();
    else await fail(server, error, request, outgoing, caller.id);
  }
  return RESPONSE_ALREADY_SENT;
}

/** What failed behind the app's own error hook: a file while it was sent, a fault's player. */
async function fail(
  server: OtaServer,
  error: unknown,
  request: Request,
  outgoing: ServerResponse,
  id: string,
): Promise<void> {
  server.logError(error, request, id);
  if (outgoing.headersSent) outgoing.destroy();
  else await send(problemAnswer(ownFault()), outgoing, id);
}

function follow(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  caller: CallerBindings & { id: string },
  watch: Watch,
  observe: Observer | undefined,
): void {
  const started = performance.now();
  const { socket } = incoming;
  const before = socket.bytesWritten;
  watch.began(incoming);
  outgoing.once('close', () => {
    watch.ended(incoming);
    observe?.({
      id: caller.id,
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      route: caller.route,
      status: outgoing.headersSent ? outgoing.statusCode : 0,
      aborted: !outgoing.writableFinished,
      ms: performance.now() - started,
      bytes: socket.bytesWritten - before,
      address: caller.address,
      offered: caller.offered,
    });
  });
}
