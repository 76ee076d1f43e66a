import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  COM_PORT,
  comPortMessage,
  escapeTelnet,
  OPTION,
  optionMessage,
  SERVER_OFFSET,
  TELNET,
  TelnetDecoder,
  type TelnetEvent,
} from '../../formats/rfc2217.ts';
import { openPort } from './open.ts';

let server: Server | undefined;
const peers: Socket[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
});

async function serve(act: (socket: Socket) => void): Promise<string> {
  server = createServer((socket) => {
    peers.push(socket);
    socket.on('error', () => {});
    act(socket);
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A server that agrees to all, answers every setting, and keeps what it was asked for. */
function agreeable(
  asked: TelnetEvent[],
  signature: string,
  onData?: (bytes: Uint8Array, to: Socket) => void,
) {
  return (socket: Socket) => {
    const decoder = new TelnetDecoder();
    socket.on('data', (bytes) => {
      for (const event of decoder.push(new Uint8Array(Buffer.from(bytes)))) {
        if (event.kind === 'data') onData?.(event.bytes, socket);
        else asked.push(event);
        if (event.kind === 'option' && event.option === OPTION.COM_PORT) {
          socket.write(optionMessage(TELNET.DO, OPTION.COM_PORT));
        }
        if (event.kind !== 'com-port') continue;
        const text = event.command === COM_PORT.SIGNATURE ? Buffer.from(signature) : event.value;
        socket.write(comPortMessage(event.command + SERVER_OFFSET, text));
      }
    });
  };
}

describe('rfc2217://', () => {
  test('rate, lines and bytes go over; the server’s name tells a simulated board', async () => {
    const asked: TelnetEvent[] = [];
    const echo = (bytes: Uint8Array, to: Socket) => to.write(escapeTelnet(bytes));
    const link = await openPort(
      `rfc2217://${await serve(agreeable(asked, 'esp-ota-bench lamp', echo))}`,
    );
    expect([link.isVirtual, link.hasLines, link.kind]).toEqual([true, true, 'rfc2217']);
    const heard: number[] = [];
    const came = new Promise<void>((done) =>
      link.onData((bytes) => {
        heard.push(...bytes);
        if (heard.length >= 3) done();
      }),
    );
    await link.write(Uint8Array.of(1, 255, 3));
    await came;
    expect(heard).toEqual([1, 255, 3]);
    await link.setBaudRate(921_600);
    await link.setSignals({ dtr: false, rts: true });
    asked.length = 0;
    await link.setSignals({ dtr: true, rts: false });
    // DTR falls first, while EN is still low.
    expect(asked.map((event) => (event.kind === 'com-port' ? event.value[0] : undefined))).toEqual([
      8, 12,
    ]);
    await link.close();
  });

  test('another server’s board is a chip', async () => {
    const link = await openPort(`rfc2217://${await serve(agreeable([], 'ser2net 4.3'))}`);
    expect(link.isVirtual).toBe(false);
    await link.close();
  });

  test('a server that hangs up, during the greeting and later', async () => {
    const rude = openPort(`rfc2217://${await serve((socket) => socket.end('busy\r\n'))}`);
    await expect(rude).rejects.toMatchObject({ code: 'port-busy' });
    server!.close();
    const link = await openPort(`rfc2217://${await serve(agreeable([], ''))}`);
    const closed = new Promise((done) => link.onClose((error) => done(error?.code)));
    for (const peer of peers) peer.destroy();
    expect(await closed).toBe('unplugged');
    await expect(link.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'unplugged' });
    await link.close();
  });
});

describe('other addresses', () => {
  test('socket:// has no lines', async () => {
    const link = await openPort(`socket://${await serve((socket) => socket.pipe(socket))}`);
    const came = new Promise<Uint8Array>((done) => link.onData(done));
    await link.write(Uint8Array.of(5));
    expect([...(await came)]).toEqual([5]);
    await expect(link.setSignals({ dtr: true, rts: true })).rejects.toMatchObject({
      code: 'port-lines',
    });
    await link.close();
  });

  test.each([
    ['rfc2217://localhost', /is no address of a port/],
    ['rfc2217://:4000', /is no address of a port/],
    ['socket://h:99999', /is no address of a port/],
    ['ftp://h:1', /there are no ports ftp:\/\//],
    ['sim://lamp', /no simulated boards here/],
  ])('%s is refused', async (address, sentence) => {
    await expect(openPort(address)).rejects.toThrow(sentence);
    await expect(openPort(address)).rejects.toMatchObject({ code: 'port-address' });
  });

  test('nobody at the other end', async () => {
    const address = await serve(() => {});
    await new Promise((done) => server!.close(done));
    server = undefined;
    await expect(openPort(`socket://${address}`)).rejects.toThrow(/nobody listens there/);
  });
});
