import { deflate, inflate } from 'pako';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Desk, openDesk, sample } from '../../test/serial/support/desk.ts';
import { parseImage, patchImage } from '../formats/esp-image.ts';
import { buildImage } from '../formats/esp-image-build.ts';
import { OP } from '../formats/serial-loader.ts';
import { Deflater } from './flasher/deflater.ts';
import { flashBoard } from './flasher/run.ts';
import { readRevision } from './loader/revision.ts';
import { flashEndsOf } from './loader/write-job.ts';
import { SlipDecoder } from './protocol/slip.ts';
import { HARD_RESET, playReset } from './reset/sequence.ts';
import { FakeLink } from './testing/fake-link.ts';

/** What esptool-js 0.7.0 gets wrong, and this engine must not; the numbers are those of the README. */

let desk: Desk;
afterEach(async () => {
  await desk?.close();
});

/** Numbers of the commands that go over the wire from now on. */
function commandsOf({ link }: Desk): number[] {
  const ops: number[] = [];
  const decoder = new SlipDecoder((frame) => frame[0] === 0 && ops.push(frame[1]!));
  const write = link.write.bind(link);
  link.write = (bytes) => {
    decoder.push(bytes);
    return write(bytes);
  };
  return ops;
}

describe('defects of esptool-js 0.7.0 that are not ours', () => {
  test('1 a hard reset resets: the chip leaves download mode', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    await board.hardReset();
    await vi.waitUntil(() => desk.bench.soon(() => desk.bench.port('a').loader === undefined), {
      timeout: 60_000,
    });
  });

  test('2 no line is left asserted: GPIO0 is high after a reset', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    await board.hardReset();
    expect(await desk.bench.soon(() => ({ ...desk.bench.port('a').lines }))).toEqual({
      dtr: false,
      rts: false,
    });
    const link = new FakeLink();
    await playReset(link, HARD_RESET);
    expect(link.signals).toEqual([
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ]);
  });

  test('3 the ROM’s MD5, which is text, is compared as such', async () => {
    desk = await openDesk({ chip: 'esp32c3' });
    const board = await desk.connect({ stub: false });
    const data = sample(4096);
    await board.writeFlash(0x10000, data);
    await expect(board.mustMatch(0x10000, sample(4096, 2))).rejects.toMatchObject({
      code: 'verify',
    });
    await board.mustMatch(0x10000, data);
  });

  test('4 a patched header keeps the image’s SHA-256 right, with the codes of its chip', () => {
    const segments = [{ loadAddress: 0x40800000, data: sample(64) }];
    const c6 = buildImage({ chipId: 13, entryAddress: 0x40800000, segments });
    const patched = parseImage(
      patchImage(c6, { spiMode: 'DIO', flashFreqMHz: 80, flashSizeMB: 8 }),
    );
    expect(patched.hash.ok).toBe(true);
    expect([patched.spiMode, patched.spiSpeed, patched.spiSize]).toEqual([2, 0, 3]);
  });

  test('5 an S3’s revision is read from an S3’s registers', async () => {
    const asked: number[] = [];
    await readRevision('ESP32-S3', async (address) => {
      asked.push(address);
      return 0;
    });
    expect(asked.length).toBeGreaterThan(0);
    for (const address of asked) expect(address & 0xfffff000).toBe(0x60007000);
  });

  test('6 the ROM’s flash is attached and measured, regions erased, reads checked', async () => {
    desk = await openDesk({ flash: new Uint8Array(0x20000) });
    const ops = commandsOf(desk);
    const board = await desk.connect({ stub: false });
    expect(ops).toEqual(expect.arrayContaining([OP.SPI_ATTACH, OP.SPI_SET_PARAMS]));
    await board.eraseRegion(0x1000, 0x2000);
    const flash = await desk.bench.flash('a');
    expect([flash[0xfff], flash[0x1000], flash[0x2fff], flash[0x3000]]).toEqual([0, 255, 255, 0]);
  });

  test('6 bytes damaged on their way out of flash are read again, or refused', async () => {
    const data = sample(0x8000);
    desk = await openDesk({ flash: data });
    const board = await desk.connect();
    await desk.bench.soon(() => {
      desk.bench.port('a').faults.toHost = { corrupt: 0.00001 };
    });
    for (let i = 0; i < 8; i++) {
      const read = await board.readFlash(0, data.length).catch((error) => error.code);
      expect([data, 'verify', 'noise', 'no-reply', 'refused']).toContainEqual(read);
    }
  });

  test('7 a board that is unplugged while it is written is noticed by that, not by silence', async () => {
    desk = await openDesk({}, { line: 'paced' });
    const board = await desk.connect();
    const writing = board.writeFlash(0, sample(200_000));
    setTimeout(() => desk.bench.soon(() => desk.bench.port('a').unplug()), 200);
    await expect(writing).rejects.toMatchObject({ code: 'unplugged' });
    await desk.close();
    // And while nothing is sent, but an answer is waited for.
    desk = await openDesk();
    const { loader } = await desk.connect();
    const waiting = loader.channel.frame('an answer', 5000);
    desk.bench.soon(() => desk.bench.port('a').unplug());
    await expect(waiting).rejects.toMatchObject({ code: 'unplugged' });
  });

  test('8 nothing is written to the console', async () => {
    const spies = (['log', 'info', 'debug', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
    desk = await openDesk();
    const board = await desk.connect();
    await board.describe();
    await board.writeFlash(0, sample(5000));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('9 knowing how far each block gets costs about one pass of the decompressor', async () => {
    const data = sample(400_000);
    const deflated = deflate(data, { level: 9 });
    const least = async (act: () => unknown): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 4; i++) {
        const start = performance.now();
        await act();
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    await flashEndsOf(deflated, 0x4000, data.length);
    const once = await least(() => inflate(deflated));
    const ours = await least(() => flashEndsOf(deflated, 0x4000, data.length));
    expect(ours / once).toBeLessThan(6);
  });

  test('10 where an acknowledgement is lost the span begins anew, and flash is right', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    await desk.bench.soon(() => {
      desk.bench.port('a').faults.loseReply = OP.FLASH_DEFL_DATA;
    });
    const data = sample(40_000);
    const deflater = new Deflater();
    const regions = [{ offset: 0x10000, data, name: 'app' }];
    const report = await flashBoard(board, { regions }, deflater);
    expect(report.regions[0]).toMatchObject({ restarts: 1, resent: 0, action: 'written' });
    const flash = await desk.bench.flash('a');
    expect(flash.subarray(0x10000, 0x10000 + data.length)).toEqual(data);
  });

  test('11 times are told, and addresses', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    const deflater = new Deflater();
    const regions = [{ offset: 0x10000, data: sample(5000), name: 'app' }];
    expect((await flashBoard(board, { regions }, deflater)).ms).toBeGreaterThan(0);
    await expect(board.mustMatch(0x10000, sample(4096, 2))).rejects.toThrow('0x10000 to 0x11000');
  });
});
