import { connect, type Socket } from 'node:net';

/** A raw connection, and all that came over it so far. */
export interface RawClient {
  socket: Socket;
  /** What came, as Latin-1. */
  text(): string;
  /** Resolves when the other side has ended it, with all that came. */
  ended: Promise<string>;
}

/** Connects to the port of `url`, and says `first`. */
export function rawClient(url: string, first = ''): RawClient {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  const text = () => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {});
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(text())));
  if (first) socket.write(first);
  return { socket, text, ended };
}

/** Writes `piece` each `ms` until the connection is closed. */
export function drip(socket: Socket, piece: string, ms: number): void {
  const timer = setInterval(() => {
    if (socket.writable) socket.write(piece);
  }, ms);
  socket.once('close', () => clearInterval(timer));
}

/** A promise for the moment of `what`, that rejects after `ms`: a test that waits in vain says for what. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
