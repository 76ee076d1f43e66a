import { afterEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk, sample } from '../../../test/serial/support/desk.ts';
import { parseResetSequence } from '../reset/sequence.ts';
import { FakeLink } from '../testing/fake-link.ts';
import { SerialError } from '../trouble.ts';
import { connectBoard } from './connect.ts';
import { explainLoss } from './flash-write.ts';
import { Loader } from './loader.ts';
import { diagnose } from './sync.ts';

let desk: Desk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
});

/** Of the long frames that are sent, the first so many arrive with another byte in them. */
function damageFirst(link: Desk['link'], count: number): void {
  const write = link.write.bind(link);
  let left = count;
  link.write = (bytes) => {
    if (bytes.length < 1000 || left-- <= 0) return write(bytes);
    const damaged = bytes.slice();
    damaged[500] = damaged[500] === 0x41 ? 0x42 : 0x41;
    return write(damaged);
  };
}

describe('a noisy line', () => {
  test('costs the stub a block that is sent again', async () => {
    desk = await openDesk();
    damageFirst(desk.link, 3);
    expect((await desk.connect()).loader.isStub).toBe(true);
  });

  test('is told, where it does not get better', async () => {
    desk = await openDesk();
    damageFirst(desk.link, 100);
    await expect(desk.connect()).rejects.toMatchObject({
      code: 'noise',
      message: expect.stringContaining('the flasher stub arrived damaged 4 times'),
      hint: expect.stringContaining('shorter cable'),
    });
  });
});

describe('chips', () => {
  test.each([
    ['esp32', 'ESP32', 0, 0x1000, 301],
    ['esp32s3', 'ESP32-S3', 9, 0, 2],
    ['esp32c3', 'ESP32-C3', 5, 0, 4],
    ['esp32c6', 'ESP32-C6', 13, 0, 1],
    ['esp32p4', 'ESP32-P4', 18, 0x2000, 300],
  ])(
    '%s is detected, its stub runs, its flash is what was written',
    async (chip, name, id, at, revision) => {
      desk = await openDesk({ chip });
      const board = await desk.connect();
      expect(board).toMatchObject({
        chip: name,
        chipId: id,
        bootloaderOffset: at,
        revision,
        isVirtual: true,
      });
      expect([board.loader.isStub, desk.link.baudRate]).toEqual([true, 460_800]);
      expect(board.flash).toMatchObject({ sizeBytes: 0x400000, manufacturer: 0xef });
      const data = sample(9000);
      await board.writeFlash(0x3000, data);
      expect(await board.readFlash(0x3000, data.length)).toEqual(data);
      expect((await desk.bench.flash('a')).subarray(0x3000, 0x3000 + data.length)).toEqual(data);
    },
  );

  test('beyond the end of flash and within a sector nothing is done', async () => {
    desk = await openDesk();
    const board = await desk.connect({ stub: false });
    expect(() => board.readFlash(0x3fffff, 2)).toThrow(/not within the flash of 4 MB/);
    await expect(board.writeFlash(0x1001, Uint8Array.of(1))).rejects.toThrow(
      /not the beginning of a sector/,
    );
    await expect(board.eraseRegion(0, 0x800)).rejects.toThrow(/sectors of 0x1000/);
  });
});

describe('ways in', () => {
  test.each(['direct', 'usb-jtag'] as const)('wiring %s', async (wiring) => {
    desk = await openDesk({ chip: 'esp32c3', wiring });
    const board = await desk.connect();
    expect(board.loader.usesUsbJtag).toBe(wiring === 'usb-jtag');
    await board.hardReset();
  });

  test('a reset sequence of one’s own', async () => {
    desk = await openDesk();
    const resetSequence = parseResetSequence('D0|R1|W0.1|U1,0|W0.05|D0');
    expect((await desk.connect({ resetSequence })).chip).toBe('ESP32');
  });

  test('a stub that was left running is taken over without a reset', async () => {
    desk = await openDesk();
    const first = await desk.connect();
    await first.leave('no-reset-stub');
    expect(await desk.bench.soon(() => desk!.bench.port('a').loader)).toBe('stub');
    const again = await desk.connect({ before: 'no-reset' });
    expect([again.loader.isStub, desk.link.baudRate]).toEqual([true, 460_800]);
    await again.writeFlash(0, sample(5000));
  });

  test('left without a reset the ROM’s loader waits, and is found again', async () => {
    desk = await openDesk();
    await (await desk.connect()).leave('no-reset');
    const again = await desk.connect({ before: 'no-reset', stub: false });
    expect(await desk.bench.soon(() => desk!.bench.port('a').loader)).toBe('rom');
    await again.leave('no-reset');
    expect(desk.link.baudRate).toBe(115_200);
    expect((await desk.connect({ before: 'no-reset', stub: false })).chip).toBe('ESP32');
  });

  test('secure download mode: no registers, no stub, and still flash', async () => {
    desk = await openDesk({ chip: 'esp32s3', secureDownload: true });
    const board = await desk.connect();
    expect(board).toMatchObject({ chip: 'ESP32-S3', revision: undefined, flash: undefined });
    expect([board.loader.isStub, await board.mac(), await board.describe()]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    const data = sample(3000);
    await board.writeFlash(0x1000, data);
    expect((await desk.bench.flash('a')).subarray(0x1000, 0x1000 + data.length)).toEqual(data);
  });

  test('a stub that never speaks is told, with the way around it', async () => {
    desk = await openDesk({ faults: { silentStub: true } });
    await expect(desk.connect()).rejects.toThrow(/greeting of the stub did not come/);
    expect((await desk.connect({ stub: false })).loader.isStub).toBe(false);
  });
});

describe('faults of the line', () => {
  test('a few damaged bytes cost time, never content', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    const { bench } = desk;
    await bench.soon(() => {
      bench.port('a').faults.toChip = { corrupt: 0.00002 };
    });
    const data = sample(120_000);
    const done = await board.writeFlash(0x10000, data).then(
      () => true,
      (error) => error.code as string,
    );
    // Either all is there, or it is said that it is not.
    expect([true, 'verify', 'noise', 'no-reply', 'refused']).toContain(done);
    if (done === true) {
      const flash = await bench.flash('a');
      expect(flash.subarray(0x10000, 0x10000 + data.length)).toEqual(data);
    }
  });

  test('a board whose supply breaks down while it writes is told from a bad line', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    const { bench } = desk;
    await bench.soon(() => {
      bench.port('a').faults.brownOut = true;
    });
    await expect(board.writeFlash(0x10000, sample(50_000))).rejects.toMatchObject({
      code: 'board-reset',
      hint: expect.stringContaining('brown-out'),
    });
  });

  test('a loader that stalls is given up, with a sentence', async () => {
    desk = await openDesk({ faults: { stallAfter: 3 } });
    await expect(desk.connect({ attempts: 1 })).rejects.toMatchObject({ code: 'no-reply' });
  });
});

describe('a line that stays bad while flash is written', () => {
  test('is told as that, with what to try', async () => {
    desk = await openDesk();
    const board = await desk.connect();
    damageFirst(desk.link, 1000);
    await expect(board.writeFlash(0x10000, sample(20_000))).rejects.toMatchObject({
      code: 'noise',
      message: expect.stringContaining('arrived damaged 3 times'),
      hint: expect.stringContaining('lower --baud'),
    });
  });

  test('has a hint where bytes are lost, but none in place of a better one', () => {
    const lost = explainLoss(new SerialError('no-reply', 'no reply to FLASH_DATA within 5 s'));
    expect(lost).toMatchObject({
      code: 'no-reply',
      message: 'no reply to FLASH_DATA within 5 s, 3 times',
      hint: expect.stringContaining('may lose bytes'),
    });
    const known = new SerialError('noise', 'noise', { hint: 'this' });
    expect(explainLoss(known)).toBe(known);
  });
});

describe('what a board says instead of answering', () => {
  const cases: [string, string, string, RegExp][] = [
    ['nothing', '', 'no-reply', /does not answer/],
    [
      'that it waits',
      'rst:0x1 (POWERON),boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n',
      'no-reply',
      /does not reach it/,
    ],
    [
      'that it boots',
      'rst:0x1 (POWERON),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n',
      'wrong-boot-mode',
      /\(boot:0x13\)/,
    ],
    ['that its supply is weak', 'Brownout detector was triggered\r\n', 'no-reply', /brown-outs/],
    [
      'noise',
      '\x80\xfe\x00\xe0\x81\xff\x10\xf3\x80\xfe\x00\xe0\x81\xff\x10\xf3\x80\xfe',
      'noise',
      /noise/,
    ],
    [
      'what an app says',
      'I (312) wifi: connected to the network\r\n',
      'wrong-boot-mode',
      /an app is talking/,
    ],
  ];
  test.each(cases)('%s', (_, heard, code, sentence) => {
    const link = new FakeLink();
    const loader = new Loader(link);
    link.hear(Uint8Array.from(Buffer.from(heard, 'latin1')));
    const error = diagnose(loader);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(sentence)]);
    expect(error.hint).toBeTruthy();
  });

  test('a port without lines cannot reset a board', async () => {
    const link = new FakeLink();
    link.hasLines = false;
    await expect(connectBoard(link)).rejects.toMatchObject({ code: 'port-lines' });
  });
});
