import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SerialBench } from './bench.ts';
import { type Door, listen, type Place, placeOf } from './door.ts';

/**
 * A board's port as a bare stream of bytes on TCP (`socket://`). It carries neither lines nor a rate: who connects asks
 * for the loader, since nobody could reach it otherwise, and the board's rate is taken for the client's.
 */
export async function serveSocket(
  bench: SerialBench,
  name: string,
  place: Place,
  first: 'loader' | 'app' = 'loader',
): Promise<Door> {
  const server = createServer({ noDelay: true }, (socket) => {
    if (!carry(bench, name, socket, first)) socket.destroy();
  });
  await listen(server, place);
  return placeOf(server, 'socket');
}

/** Joins a stream and a board's port. False when the port is taken. */
export function carry(
  bench: SerialBench,
  name: string,
  stream: Duplex,
  first: 'loader' | 'app',
): boolean {
  let connector: ReturnType<SerialBench['claim']>;
  try {
    connector = bench.claim(name);
  } catch {
    return false;
  }
  const { time } = bench;
  stream.on('data', (data: Uint8Array) => time.soon(() => connector.write(Uint8Array.from(data))));
  stream.on('error', () => {});
  stream.once('close', () =>
    time.soon(() => {
      connector.onData = () => {};
      connector.onPlug = () => {};
      bench.release(name);
    }),
  );
  time.soon(() => {
    connector.setBaud(undefined);
    connector.onData = (bytes) => stream.write(bytes);
    connector.onPlug = (plugged) => {
      if (!plugged) stream.destroy();
    };
    if (!connector.plugged) stream.destroy();
    if (first === 'loader' && !connector.loader) connector.enterLoader();
  });
  return true;
}
