import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem, problemAnswer, TITLES } from '../http/problem.ts';

type Refusal = [status: number, detail: string];

const NO_HTTP: Refusal = [
  400,
  'This is no HTTP request; look at its first line, its headers and its chunks.',
];
/** What Node found wrong, by its code; what else its parser says is NO_HTTP. */
const PARSER: Record<string, Refusal> = {
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
  const code = error.code ?? '';
  const found = PARSER[code] ?? (code.startsWith('HPE_') ? NO_HTTP : undefined);
  // Nobody is there any more, or TLS never came about.
  if (!found) socket.destroy();
  else refuse(socket, ...found);
}
