import { once } from 'node:events';
import { SerialPortStream } from '@serialport/stream';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeSlip } from '../../../tools/formats/slip.ts';
import { SlipReader } from '../../board/serial-rom/slip.ts';
import { SYNC } from '../../board/serial-rom/testing/loader-client.ts';
import { SerialWorker } from './worker.ts';

let worker: SerialWorker;

afterEach(() => worker.close());

async function open(path: string): Promise<SerialPortStream> {
  const stream = new SerialPortStream({
    binding: worker.binding,
    path,
    baudRate: 115_200,
    autoOpen: false,
  });
  stream.open();
  await once(stream, 'open');
  return stream;
}

const set = (stream: SerialPortStream, lines: { dtr: boolean; rts: boolean }) =>
  new Promise((resolve) => stream.set(lines, resolve));
const closed = (stream: SerialPortStream) => new Promise((resolve) => stream.close(resolve));

describe('boards in a thread', () => {
  it('are listed, opened, reset, asked and closed like those in the process', async () => {
    worker = SerialWorker.open({ boards: [{ name: 'a', chip: 'esp32c6' }], line: 'paced' });
    expect(await worker.binding.list()).toMatchObject([{ path: 'sim://a', productId: 'ea60' }]);
    const stream = await open('sim://a');
    await expect(open('sim://a')).rejects.toThrow('open already');
    let heard = '';
    const slip = new SlipReader();
    const packets: Uint8Array[] = [];
    const until = (done: () => boolean) =>
      new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`heard only ${heard}`)), 30_000);
        stream.on('data', function listen(data: Buffer) {
          heard += data.toString('latin1');
          packets.push(...slip.push(data));
          if (!done()) return;
          clearTimeout(late);
          stream.off('data', listen);
          resolve();
        });
      });
    const waiting = until(() => heard.includes('waiting for download'));
    await set(stream, { dtr: false, rts: true });
    await set(stream, { dtr: true, rts: false });
    await waiting;
    const synced = until(() => packets.length === 8);
    stream.write(Buffer.from(encodeSlip(Uint8Array.of(0, 8, SYNC.length, 0, 0, 0, 0, 0, ...SYNC))));
    await synced;
    const { toChip, toHost } = await worker.wire('a');
    expect(toChip).toBe(46);
    expect(toHost).toBeGreaterThan(8 * 14);
    await closed(stream);
    await closed(await open('sim://a'));
  });

  it('hold the flash that they are given', async () => {
    worker = SerialWorker.open({ boards: [{ name: 'a', flashBytes: 1 << 20 }] });
    await worker.load('a', Uint8Array.of(1, 2, 3));
    const flash = await worker.flash('a');
    expect([flash.length, ...flash.subarray(0, 4)]).toEqual([1 << 20, 1, 2, 3, 255]);
  });

  it('end a port that is unplugged', async () => {
    worker = SerialWorker.open({ boards: [{ name: 'a' }] });
    const stream = await open('sim://a');
    const lost = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => {});
    stream.resume();
    await worker.plug('a', false);
    await lost;
    expect(stream.isOpen).toBe(false);
  });
});
