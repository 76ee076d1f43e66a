import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { playOnPort } from '../../mock-server/faults/port-player.ts';
import { HttpService } from '../../simulator/net/http-service.ts';
import { AP, testAir } from '../../simulator/net/testing.ts';
import { type WireScript, wireBytes } from '../../tools/formats/wire-script.ts';

/** What came of a script: the pieces as they were written, what the other side received, and how it ended. */
export interface Played {
  pieces: string[];
  received: string;
  end: 'fin' | 'rst' | 'open';
  /** Whether a second request on the same connection got the script again. */
  again: boolean;
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: ota.test\r\n\r\n';
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
/** How long a connection that says nothing is taken for open. */
const QUIET_MS = 60;

/** Plays on a real socket, as `serve` does. */
export async function onSocket(script: WireScript): Promise<Played> {
  const pieces: string[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const { socket } = incoming;
    noteWrites(socket, pieces);
    void playOnPort(script, { socket, incoming, outgoing });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const got = listen(client);
  client.write(REQUEST);
  const length = wireBytes(script).length;
  await got.quiet(length);
  const first = { received: hex(got.bytes()), end: got.end(), pieces: [...pieces] };
  let again = false;
  if (first.end === 'open') {
    client.write(REQUEST);
    await got.quiet(script.end === 'keep' ? 2 * length : 0);
    again = length > 0 && got.bytes().length === 2 * length;
  }
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { ...first, again };
}

function noteWrites(socket: Socket, pieces: string[]): void {
  const write = socket.write;
  if (Object.hasOwn(socket, 'write')) return;
  socket.write = ((bytes: Uint8Array, ...rest: never[]) => {
    pieces.push(hex(bytes));
    return write.call(socket, bytes, ...rest);
  }) as Socket['write'];
}

function listen(client: Socket) {
  const chunks: Buffer[] = [];
  let end: Played['end'] = 'open';
  let heard = performance.now();
  client.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    heard = performance.now();
  });
  client.on('error', () => {
    end = 'rst';
  });
  client.on('end', () => {
    end = 'fin';
  });
  const bytes = () => Buffer.concat(chunks);
  return {
    bytes,
    end: () => end,
    /** Until the end, or until `length` bytes have come and nothing more. */
    async quiet(length: number): Promise<void> {
      const started = performance.now();
      while (end === 'open' && performance.now() - started < 5000) {
        const still = performance.now() - Math.max(heard, started);
        if (bytes().length >= length && still >= QUIET_MS) return;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
  };
}

/** Plays on a virtual stream, as a simulated network does; `times` are those of the pieces, in virtual ms. */
export async function onVirtualStream(script: WireScript): Promise<Played & { times: number[] }> {
  const air = testAir();
  const { kernel } = air;
  const service = new HttpService({
    kernel,
    origin: 'http://ota.test',
    fetch: async () => script,
    latency: () => 0,
  });
  const router = air.device('router', { uplink: () => service.accept });
  router.startAccessPoint(AP);
  const station = air.device('sta');
  await air.join(station);
  const end = await air.dial(station, 'ota.test', 80);
  const segments: Uint8Array[] = [];
  const times: number[] = [];
  let how: Played['end'] = 'open';
  end.onData = (bytes) => {
    segments.push(bytes);
    times.push(kernel.now / 1000);
  };
  end.onClosed = (reset) => {
    how = reset ? 'rst' : 'fin';
  };
  const ask = async () => {
    end.write(new TextEncoder().encode(REQUEST));
    await air.settle(120_000_000);
  };
  await ask();
  const first = { received: hex(Buffer.concat(segments)), end: how, pieces: segments.map(hex) };
  const length = wireBytes(script).length;
  if (first.end === 'open') await ask();
  const again = length > 0 && Buffer.concat(segments).length === 2 * length;
  return { ...first, again, times: times.slice(0, first.pieces.length) };
}
