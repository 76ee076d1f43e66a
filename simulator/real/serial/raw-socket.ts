import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SerialConnector } from '../../board/serial-rom/connector.ts';
import type { SerialBench } from './bench.ts';
import { claimSoon, type Door, give, listen, type Place, placeOf, take } from './door.ts';

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
  const server = createServer({ noDelay: true, pauseOnConnect: true }, async (socket) => {
    const connector = await claimSoon(bench, name);
    if (connector) carry(bench, connector, socket, first, () => bench.release(name));
    else socket.destroy();
  });
  await listen(server, place);
  return placeOf(server, 'socket');
}

/** Joins a stream and a board's port, which was claimed. `gone` is called once the stream has left it. */
export function carry(
  bench: SerialBench,
  connector: SerialConnector,
  stream: Duplex,
  first: 'loader' | 'app',
  gone: () => void,
): void {
  const { time } = bench;
  stream.on('data', (data: Uint8Array) =>
    time.soon(() => take(time, connector, stream, Uint8Array.from(data))),
  );
  stream.on('error', () => {});
  stream.once('close', () =>
    time.soon(() => {
      connector.onData = () => {};
      connector.onPlug = () => {};
      gone();
    }),
  );
  time.soon(() => {
    connector.setBaud(undefined);
    connector.onData = (bytes) => give(stream, bytes);
    connector.onPlug = (plugged) => {
      if (!plugged) stream.destroy();
    };
    if (!connector.plugged) stream.destroy();
    if (first === 'loader' && !connector.loader) connector.enterLoader();
  });
  stream.resume();
}
