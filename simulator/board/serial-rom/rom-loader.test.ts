import { createHash } from 'node:crypto';
import { deflate } from 'pako';
import { describe, expect, it } from 'vitest';
import { OP } from '../../../tools/formats/serial-loader.ts';
import { atLoader, atStub } from './testing/fake-board.ts';
import { type LoaderClient, type Reply, SYNC, words } from './testing/loader-client.ts';

const status = (reply: Reply | undefined, length: number) => [
  ...(reply?.data.subarray(-length) ?? []),
];
const bytes = (length: number, step = 7) =>
  Uint8Array.from({ length }, (_, i) => i * step + (i >> 8));
const md5 = (data: Uint8Array) => createHash('md5').update(data).digest();
const CHIPS = ['esp32', 'esp32s3', 'esp32c3', 'esp32c6', 'esp32p4'];

async function write(client: LoaderClient, op: number, data: Uint8Array, block: number) {
  const replies: (Reply | undefined)[] = [];
  for (let i = 0; i * block < data.length; i++)
    replies.push(await client.block(op, data.subarray(i * block, (i + 1) * block), i));
  return replies;
}

describe.each(CHIPS)('the loader in ROM of %s', (chip) => {
  it('answers SYNC eight times, with a value, and four status bytes', async () => {
    const { client } = await atLoader(chip);
    client.send(OP.SYNC, SYNC);
    await client.run(100);
    expect(client.packets).toHaveLength(8);
    const first = await client.reply();
    expect(first!.op).toBe(OP.SYNC);
    expect(first!.value).not.toBe(0);
    expect([...first!.data]).toEqual([0, 0, 0, 0]);
  });

  it('refuses what it does not know eight times, under another name', async () => {
    const { client } = await atLoader(chip);
    await client.sync();
    client.send(OP.ERASE_FLASH);
    await client.run(100);
    expect(client.packets).toHaveLength(8);
    const reply = await client.reply();
    expect(reply!.op).not.toBe(OP.ERASE_FLASH);
    expect(status(reply, 4)).toEqual([1, 5, 0, 0]);
  });

  it('starts an uploaded stub, which greets and answers with two status bytes and no value', async () => {
    const { board, client } = await atLoader(chip);
    await client.sync();
    expect(new TextDecoder().decode(await client.startStub())).toBe('OHAI');
    expect(board.connector.loader).toBe('stub');
    const reply = await client.sync();
    expect([reply!.value, ...reply!.data]).toEqual([0, 0, 0]);
    expect(status(await client.ask(0x77), 2)).toEqual([0xff, 0]);
  });

  it('tells its MAC and its flash chip through registers', async () => {
    const { client } = await atStub(chip, { paced: false }, 8 << 20);
    const mac = {
      esp32: 0x3ff5a004,
      esp32s3: 0x60007044,
      esp32c3: 0x60008844,
      esp32c6: 0x600b0844,
      esp32p4: 0x5012d044,
    };
    const low = await client.ask(OP.READ_REG, words(mac[chip as keyof typeof mac]));
    expect(low!.value.toString(16)).toBe('28010203');
    const spi = {
      esp32: [0x3ff42000, 0x24, 0x80],
      esp32s3: [0x60002000, 0x20, 0x58],
      esp32c3: [0x60002000, 0x20, 0x58],
      esp32c6: [0x60003000, 0x20, 0x58],
      esp32p4: [0x5008d000, 0x20, 0x58],
    };
    const [base, usr2, w0] = spi[chip as keyof typeof spi] as [number, number, number];
    await client.ask(OP.WRITE_REG, words(base + usr2, 0x7000009f, 0xffffffff, 0));
    await client.ask(OP.WRITE_REG, words(base, 1 << 18, 0xffffffff, 0));
    expect((await client.ask(OP.READ_REG, words(base)))!.value).toBe(0);
    expect((await client.ask(OP.READ_REG, words(base + w0)))!.value.toString(16)).toBe('1740ef');
  });

  it('writes deflated data and gives its MD5, in ROM and in the stub', async () => {
    const data = bytes(100_000);
    const packed = deflate(data, { level: 9 });
    for (const place of [await atLoader(chip), await atStub(chip)]) {
      const { board, client } = place;
      const stub = board.connector.loader === 'stub';
      await client.ask(OP.SPI_ATTACH, words(0, 0));
      // The ROM is told whole blocks, the stub bytes.
      const size = stub ? data.length : Math.ceil(data.length / 0x400) * 0x400;
      await client.ask(OP.FLASH_DEFL_BEGIN, words(size, 1, 0x4000, 0x10000), 0, 60_000);
      const replies = await write(client, OP.FLASH_DEFL_DATA, packed, 0x400);
      expect(replies.every((reply) => reply?.data.every((byte) => byte === 0))).toBe(true);
      const sum = await client.ask(OP.SPI_FLASH_MD5, words(0x10000, data.length, 0, 0));
      const body = sum!.data.subarray(0, stub ? 16 : 32);
      expect(stub ? Buffer.from(body).toString('hex') : Buffer.from(body).toString()).toBe(
        md5(data).toString('hex'),
      );
      expect(sum!.data.length).toBe(stub ? 18 : 36);
      expect(Buffer.from(board.flash.read(0x10000, data.length)).equals(data)).toBe(true);
    }
  });
});

describe('the loader', () => {
  it('knows security information from the C3 on', async () => {
    const old = await atLoader('esp32');
    expect(status(await old.client.ask(OP.GET_SECURITY_INFO), 4)).toEqual([1, 5, 0, 0]);
    const { client } = await atLoader('esp32c6');
    const info = await client.ask(OP.GET_SECURITY_INFO);
    expect([info!.data.length, info!.data[12]]).toEqual([24, 13]);
  });

  it('does in Secure Download Mode what writes flash, and nothing that reads memory', async () => {
    const { client } = await atLoader('esp32c3', { paced: false, secureDownload: true });
    const info = await client.ask(OP.GET_SECURITY_INFO);
    expect(info!.data[0]).toBe(4);
    expect(status(await client.ask(OP.READ_REG, words(0x40001000)), 4)).toEqual([1, 5, 0, 0]);
    await client.run(10);
    client.packets.length = 0;
    await client.ask(OP.SPI_ATTACH, words(0, 0));
    expect(status(await client.ask(OP.FLASH_BEGIN, words(4, 1, 4, 0, 0)), 4)).toEqual([0, 0, 0, 0]);
  });

  it('refuses a block whose checksum is wrong, each in its own way', async () => {
    const rom = await atLoader();
    await rom.client.ask(OP.SPI_ATTACH, words(0, 0));
    await rom.client.ask(OP.FLASH_BEGIN, words(4, 1, 4, 0));
    const block = Uint8Array.of(...words(4, 0, 0, 0), 1, 2, 3, 4);
    expect(status(await rom.client.ask(OP.FLASH_DATA, block, 0), 4)).toEqual([1, 7, 0, 0]);
    const { client } = await atStub();
    await client.ask(OP.FLASH_BEGIN, words(4, 1, 4, 0));
    expect(status(await client.ask(OP.FLASH_DATA, block, 0), 2)).toEqual([0xc1, 0]);
  });

  it('wants the flash chip attached before the ROM uses it', async () => {
    const { client } = await atLoader();
    expect(status(await client.ask(OP.FLASH_BEGIN, words(4, 1, 4, 0)), 4)).toEqual([1, 6, 0, 0]);
  });

  it('erases before it programs: the ROM at the beginning, the stub as it goes', async () => {
    for (const place of [await atLoader(), await atStub()]) {
      const { board, client } = place;
      board.flash.write(0x1000, new Uint8Array(0x3000));
      await client.ask(OP.SPI_ATTACH, words(0, 0));
      await client.ask(OP.FLASH_BEGIN, words(0x1800, 6, 0x400, 0x1000), 0, 10_000);
      await write(client, OP.FLASH_DATA, bytes(0x1800), 0x400);
      await client.run(1000);
      expect(Buffer.from(board.flash.read(0x1000, 0x1800)).equals(bytes(0x1800))).toBe(true);
      // The rest of the last sector is erased, what follows is untouched.
      expect(board.flash.read(0x2fff, 2)).toEqual(Uint8Array.of(0xff, 0));
    }
  });

  it('acknowledges a block in the stub before it has written it, and says at the next what went wrong', async () => {
    const { board, client } = await atStub();
    await client.ask(OP.FLASH_DEFL_BEGIN, words(1000, 1, 0x4000, 0));
    const noise = bytes(200, 31);
    expect(status(await client.block(OP.FLASH_DEFL_DATA, noise), 2)).toEqual([0, 0]);
    expect(status(await client.block(OP.FLASH_DEFL_DATA, noise), 2)).toEqual([0xc7, 0]);
    expect(board.flash.operations).toBe(0);
    expect(status(await client.ask(OP.FLASH_DEFL_END, words(1)), 2)).toEqual([0xc8, 0]);
  });

  it('lets one command wait while the stub writes, and loses the one before a third', async () => {
    const { client } = await atStub('esp32', { paced: false, flashTimes: true });
    await client.ask(OP.FLASH_BEGIN, words(0x8000, 2, 0x4000, 0));
    await client.block(OP.FLASH_DATA, bytes(0x4000));
    client.send(OP.READ_REG, words(1));
    client.send(OP.SPI_SET_PARAMS, words(0, 0, 0, 0, 0, 0));
    const replies = [await client.reply(1000), await client.reply(1000)];
    expect(replies.map((reply) => reply?.op)).toEqual([OP.SPI_SET_PARAMS, undefined]);
  });

  it('erases regions of whole sectors, and the whole chip', async () => {
    const { board, client } = await atStub('esp32', { paced: false, flashTimes: true });
    board.flash.write(0, new Uint8Array(0x4000));
    expect(status(await client.ask(OP.ERASE_REGION, words(0x1000, 0x800)), 2)[0]).not.toBe(0);
    expect(status(await client.ask(OP.ERASE_REGION, words(0x1000, 0x1000)), 2)).toEqual([0, 0]);
    expect([0xfff, 0x1000, 0x1fff, 0x2000].map((at) => board.flash.read(at, 1)[0])).toEqual([
      0, 0xff, 0xff, 0,
    ]);
    const before = board.kernel.now;
    await client.ask(OP.ERASE_FLASH, undefined, 0, 60_000);
    expect(board.kernel.now - before).toBeGreaterThan(5_000_000);
    expect(board.flash.dump().every((byte) => byte === 0xff)).toBe(true);
  });

  it('reads flash in acknowledged packets, and their MD5 at the end', async () => {
    const { board, client } = await atStub();
    const data = bytes(10_000);
    board.flash.write(0x100, data);
    await client.ask(OP.READ_FLASH, words(0x100, data.length, 0x1000, 64));
    const got: Uint8Array[] = [];
    let length = 0;
    while (length < data.length) {
      const packet = (await client.packet())!;
      got.push(packet);
      length += packet.length;
      expect(await client.packet(200)).toBeUndefined();
      board.connector.write(Uint8Array.of(0xc0, ...words(length), 0xc0));
    }
    expect(Buffer.concat(got).equals(data)).toBe(true);
    expect(Buffer.from((await client.packet())!)).toEqual(md5(data));
    expect(await client.sync()).toBeDefined();
  });

  it('reads 64 bytes at a time in ROM', async () => {
    const { board, client } = await atLoader();
    board.flash.write(0, bytes(100));
    await client.ask(OP.SPI_ATTACH, words(0, 0));
    const reply = await client.ask(OP.READ_FLASH_SLOW, words(10, 20));
    expect(reply!.data.length).toBe(68);
    expect(Buffer.from(reply!.data.subarray(0, 20)).equals(bytes(100).subarray(10, 30))).toBe(true);
  });

  it('wraps around the end of a flash chip that is smaller than its client believes', async () => {
    const { board, client } = await atStub('esp32', { paced: false }, 1 << 20);
    await client.ask(OP.FLASH_BEGIN, words(16, 1, 0x4000, (1 << 20) + 0x2000));
    await client.block(OP.FLASH_DATA, bytes(16));
    await client.run(100);
    expect([...board.flash.read(0x2000, 16)]).toEqual([...bytes(16)]);
  });

  it('leaves for the app at the end of flashing; a reset out of the stub finds the straps as they were', async () => {
    const run = await atLoader();
    await run.client.ask(OP.FLASH_END, words(1));
    await run.client.run(10);
    expect([run.board.state, run.board.done.at(-1)]).toEqual(['running', 'app']);
    const { board, client } = await atStub();
    await client.ask(OP.FLASH_BEGIN, words(0, 0, 0x4000, 0));
    await client.ask(OP.FLASH_END, words(0));
    await client.run(10);
    expect([board.done.at(-1), board.connector.loader]).toEqual(['restart', 'rom']);
  });

  it('resets by its RTC watchdog, once that is unlocked', async () => {
    const { board, client } = await atLoader('esp32c3');
    await client.ask(OP.WRITE_REG, words(0x60008090, 0xd0000102, 0xffffffff, 0));
    await client.run(100);
    expect(board.done.at(-1)).toBe('reset');
    await client.ask(OP.WRITE_REG, words(0x600080a8, 0x50d83aa1, 0xffffffff, 0));
    await client.ask(OP.WRITE_REG, words(0x60008090, 0xd0000102, 0xffffffff, 0));
    await client.run(100);
    expect(board.done.at(-1)).toBe('watchdog');
  });

  it('ignores what is no request', async () => {
    const { board, client } = await atLoader();
    board.connector.write(
      Uint8Array.of(0xc0, 1, 2, 3, 0xc0, 0xc0, ...new Uint8Array(12).fill(1), 0xc0),
    );
    expect(await client.packet(500)).toBeUndefined();
    expect(await client.sync()).toBeDefined();
  });
});
