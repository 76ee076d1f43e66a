import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OP } from '../../../tools/formats/serial-loader.ts';
import { encodeSlip } from '../../../tools/formats/slip.ts';
import { atLoader, atStub } from './testing/fake-board.ts';
import { words } from './testing/loader-client.ts';

const KNOWN = Object.values(OP);

describe('bad input', () => {
  it.each([
    ['ROM', atLoader],
    ['stub', atStub],
  ])('of any kind leaves the loader in %s answering', async (_, make) => {
    const edge = fc.constantFrom(0, 1, 0xfff, 0x1000, 0x4000, 0x7fffffff, 0x80000000, 0xffffffff);
    const data = fc.oneof(
      fc.array(edge, { maxLength: 6 }).map((values) => words(...values)),
      fc.uint8Array({ maxLength: 64 }),
    );
    // Not those that leave the loader, nor a change of rate, after which nobody would hear us.
    const stays = KNOWN.filter(
      (op) =>
        op !== OP.FLASH_END &&
        op !== OP.FLASH_DEFL_END &&
        op !== OP.RUN_USER_CODE &&
        op !== OP.CHANGE_BAUDRATE &&
        op !== OP.MEM_END,
    );
    const op = fc.oneof(fc.constantFrom(...stays), fc.integer({ min: 0xe0, max: 0xff }));
    const command = fc.record({ op, data, checksum: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 6 }), async (commands) => {
        const { board, client } = await make();
        for (const { op: number, data: bytes, checksum } of commands) {
          client.send(number, bytes, checksum);
          await client.run(50);
        }
        // What is no acknowledgement ends a reading.
        board.connector.write(encodeSlip(new Uint8Array(3)));
        await client.run(60_000);
        client.packets.length = 0;
        expect(await client.sync()).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  it('of noise is ignored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (noise) => {
        const { board, client } = await atLoader();
        board.connector.write(noise);
        await client.run(10);
        // An END that noise left open.
        board.connector.write(Uint8Array.of(0xc0));
        await client.run(1000);
        client.packets.length = 0;
        const replied = (await client.sync()) ?? (await client.sync());
        expect(replied).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });

  it('of sizes beyond any flash chip is refused, or takes no memory', async () => {
    const { client } = await atStub();
    const md5 = await client.ask(OP.SPI_FLASH_MD5, words(0, 0xffffffff, 0, 0));
    expect(md5!.data[0]).not.toBe(0);
    await client.ask(OP.READ_FLASH, words(0, 0xffffffff, 0x1000, 0xffffffff));
    await client.run(5);
    expect(client.packets.length).toBeGreaterThan(16);
    expect(client.packets.length).toBeLessThan(200);
  });
});
