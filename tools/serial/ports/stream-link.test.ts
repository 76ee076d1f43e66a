import { EventEmitter, once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openDesk } from '../../../test/serial/support/desk.ts';
import { wakeOnPoll } from './stream-link.ts';

describe('a port of @serialport/stream', () => {
  test('is opened with its lines released, and pulled without a trace of it left', async () => {
    const desk = await openDesk();
    const { bench, link } = desk;
    expect([link.kind, link.isVirtual, link.usb]).toEqual([
      'sim',
      true,
      { vendorId: 0x10c4, productId: 0xea60 },
    ]);
    expect(await bench.soon(() => ({ ...bench.port('a').lines }))).toEqual({
      dtr: false,
      rts: false,
    });
    const closed = new Promise((done) => link.onClose((error) => done(error?.code)));
    await bench.soon(() => bench.port('a').unplug());
    expect(await closed).toBe('unplugged');
    expect(link.isOpen).toBe(false);
    await expect(link.setBaudRate(9600)).rejects.toMatchObject({ code: 'unplugged' });
    await desk.close();
  });

  test('a write under way when it is pulled fails as that', async () => {
    const desk = await openDesk({}, { line: 'paced' });
    const { bench, link } = desk;
    const writing = link.write(new Uint8Array(20_000)).catch((error) => error.code);
    await bench.soon(() => bench.port('a').unplug());
    expect(await writing).toBe('unplugged');
    await desk.close();
  });

  test('the loop is woken behind each call of the poller', async () => {
    const poller = new EventEmitter();
    wakeOnPoll({ poller });
    wakeOnPoll(undefined);
    for (const event of ['readable', 'writable', 'disconnect']) {
      expect(poller.listenerCount(event)).toBe(1);
      poller.emit(event);
      const woken = new EventEmitter();
      setImmediate(() => woken.emit('woken'));
      await once(woken, 'woken');
    }
  });
});
