import { once } from 'node:events';
import { SerialPortStream } from '@serialport/stream';
import { afterEach, describe, expect, it } from 'vitest';
import { SerialBench, type SerialBenchOptions, type SimBoardSpec } from './bench.ts';

let bench: SerialBench | undefined;

afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

function open(boards: SimBoardSpec[], options?: SerialBenchOptions) {
  bench = SerialBench.open({ boards, ...options });
  return bench;
}

async function port(name: string, baudRate = 115_200): Promise<SerialPortStream> {
  const stream = new SerialPortStream({
    binding: bench!.binding,
    path: `sim://${name}`,
    baudRate,
    autoOpen: false,
  });
  stream.open();
  await once(stream, 'open');
  return stream;
}

async function hears(stream: SerialPortStream, text: RegExp): Promise<string> {
  let heard = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`heard only: ${heard}`)), 30_000);
    stream.on('data', (data: Buffer) => {
      heard += data.toString('latin1');
      if (!text.test(heard)) return;
      clearTimeout(late);
      resolve(heard);
    });
  });
}

const set = (stream: SerialPortStream, lines: { dtr: boolean; rts: boolean }) =>
  new Promise<void>((resolve, reject) =>
    stream.set(lines, (error) => (error ? reject(error) : resolve())),
  );
const closed = (stream: SerialPortStream) =>
  new Promise<void>((resolve, reject) =>
    stream.close((error) => (error ? reject(error) : resolve())),
  );

describe('boards on the desk', () => {
  it('are listed with the ids of their bridges, while they are plugged in', async () => {
    const { binding } = open([
      { name: 'a' },
      { name: 'b', chip: 'esp32s3', wiring: 'usb-jtag' },
      { name: 'c' },
    ]);
    await bench!.soon(() => bench!.port('c').unplug());
    expect(await binding.list()).toMatchObject([
      { path: 'sim://a', vendorId: '10c4', productId: 'ea60', serialNumber: '7C:DF:A1:10:20:30' },
      { path: 'sim://b', vendorId: '303a', productId: '1001', serialNumber: '7C:DF:A1:10:20:34' },
    ]);
  });

  it('with blank flash say so again and again, until lines ask for the loader', async () => {
    open([{ name: 'a' }]);
    const stream = await port('a');
    await hears(stream, /(invalid header: 0xffffffff.*){2}/s);
    await set(stream, { dtr: false, rts: true });
    await set(stream, { dtr: true, rts: false });
    const text = await hears(stream, /waiting for download/);
    expect(text).toMatch(/boot:0x3 \(DOWNLOAD_BOOT/);
    expect(bench!.port('a').loader).toBe('rom');
    await closed(stream);
  });

  it('are open to one user at a time', async () => {
    open([{ name: 'a' }]);
    const stream = await port('a');
    await expect(port('a')).rejects.toThrow('open already');
    await closed(stream);
    await closed(await port('a'));
  });

  it('say which there are when asked for another', async () => {
    open([{ name: 'a' }, { name: 'b' }]);
    await expect(port('door')).rejects.toThrow(
      'there is no simulated board "door"; there are a, b',
    );
    expect(() => SerialBench.open({ boards: [{ name: 'a', chip: 'esp8266' }] })).toThrow(
      /no virtual board with the chip "esp8266"; there are ESP32, ESP32-S3/,
    );
    const small = [{ name: 'a', flashBytes: 1 << 20, flash: new Uint8Array(2 << 20) }];
    expect(() => SerialBench.open({ boards: small })).toThrow(/2097152 bytes do not fit/);
  });

  it('end a write that is under way when they are unplugged', async () => {
    open([{ name: 'a' }], { line: 'paced' });
    const stream = await port('a', 9600);
    // Not `once`: that rejects on the error that comes first.
    const lost = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => {});
    const written = new Promise((resolve) => stream.write(Buffer.alloc(20_000), resolve));
    await bench!.soon(() => bench!.port('a').unplug());
    expect(String(await written)).toContain('unplugged');
    await lost;
    expect(stream.isOpen).toBe(false);
    await bench!.soon(() => bench!.port('a').plug());
    await closed(await port('a'));
  });

  it('that fail end what waits for them, and say why', async () => {
    open([{ name: 'a' }]);
    const stream = await port('a');
    const lost = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => {});
    stream.resume();
    const { kernel } = bench!.board('a');
    await bench!.soon(() => {
      kernel.after(0, () => {
        throw new Error('a bug of ours');
      });
    });
    await lost;
    expect(String(await bench!.failure)).toContain('a bug of ours');
    await expect(bench!.flash('a')).rejects.toThrow('a bug of ours');
    await expect(port('a')).rejects.toThrow();
    await expect(bench!.close()).rejects.toThrow('a bug of ours');
    bench = undefined;
  });

  it('garble at another rate', async () => {
    open([{ name: 'a' }]);
    const stream = await port('a', 9600);
    let heard = '';
    stream.on('data', (data: Buffer) => (heard += data.toString('latin1')));
    // More than one of its lines.
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(40);
    expect(heard).not.toContain('invalid');
    await closed(stream);
  });
});
