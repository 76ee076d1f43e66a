import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem, problemAnswer, TITLES } from '../http/problem.ts';

/** What Node's parser found wrong, by its code; anything else is a 400. */
const PARSER: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are longer than 16 KiB; send fewer or shorter ones.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too long; send none.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request came too slowly; send it again, faster.'],
};

/** Answers a request that no handler can answer any more, and ends its connection. */
export function refuse(socket: Duplex, status: number, detail: string): void {
  // As Node does itself: bytes behind a half-sent answer would be taken for a part of it.
  const current = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  if (!socket.writable || current?.headersSent) {
    socket.destroy();
    return;
  }
  const { headers, content } = problemAnswer(new Problem(status, detail));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(content as string);
  socket.write(
    `HTTP/1.1 ${status} ${TITLES[status]}\r\n${lines.join('')}` +
      `content-length: ${length}\r\nconnection: close\r\n\r\n${content}`,
  );
  (socket as Socket).destroySoon();
}

/** For a server's `clientError`: bytes that are no HTTP request, or one that came too slowly. */
export function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, detail] = PARSER[error.code ?? ''] ?? [
    400,
    'This is no HTTP request; look at its first line, its headers and its chunks.',
  ];
  refuse(socket, status, detail);
}
