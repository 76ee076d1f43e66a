import { describe, expect, test } from 'vitest';
import { OP } from '../../formats/serial-loader.ts';
import { encodeSlip } from '../../formats/slip.ts';
import { FakeLink } from '../testing/fake-link.ts';
import { Channel } from './channel.ts';
import { words } from './packet.ts';

const reply = (op: number, value: number, ...body: number[]): Uint8Array =>
  encodeSlip(Uint8Array.of(1, op, body.length, 0), words(value), Uint8Array.from(body));

describe('requests and replies', () => {
  test('the request is framed, the value of the reply told', async () => {
    const link = new FakeLink({
      answer: (frame, to) => to.hear(reply(frame[1]!, 0x1234, 0, 0)),
    });
    const channel = new Channel(link);
    const { value } = await channel.command(OP.READ_REG, [words(0x40001000)]);
    expect(value).toBe(0x1234);
    expect([...link.sent[0]!]).toEqual([
      0xc0, 0, 0x0a, 4, 0, 0, 0, 0, 0, 0x00, 0x10, 0x00, 0x40, 0xc0,
    ]);
  });

  test('answers to other commands and text are passed over', async () => {
    const link = new FakeLink({
      answer: (_, to) => {
        to.hear(new TextEncoder().encode('ets Jul 29 2019\r\n'));
        to.hear(reply(OP.SYNC, 7, 0, 0));
        to.hear(reply(OP.READ_REG, 9, 0, 0));
      },
    });
    expect((await new Channel(link).command(OP.READ_REG)).value).toBe(9);
  });

  test.each([
    ['the ROM’s form', [1, 7, 0, 0], /FLASH_DATA: the checksum was wrong/],
    ['the stub’s form', [0xc1, 0], /FLASH_DATA: the checksum was wrong/],
    ['a status nobody knows', [0x77, 0], /status 0x77/],
    ['nothing at all', [], /0 bytes long, too short/],
  ])('a refusal in %s is a sentence', async (_, body, sentence) => {
    const link = new FakeLink({ answer: (f, to) => to.hear(reply(f[1]!, 0, ...body)) });
    await expect(new Channel(link).command(OP.FLASH_DATA)).rejects.toThrow(sentence);
  });

  test('a command that the ROM does not know is told at once', async () => {
    const link = new FakeLink({
      answer: (_, to) => {
        for (let i = 0; i < 8; i++) to.hear(reply(0, 0, 1, 5, 0, 0));
      },
    });
    const asked = new Channel(link).command(OP.GET_SECURITY_INFO);
    await expect(asked).rejects.toMatchObject({ code: 'not-supported' });
  });

  test('silence, noise and a cable that is pulled are told apart', async () => {
    const quiet = new Channel(new FakeLink()).command(OP.SYNC, [], { timeoutMs: 30 });
    await expect(quiet).rejects.toMatchObject({ code: 'no-reply' });
    const noisy = new FakeLink({ answer: (_, to) => to.hear(Uint8Array.of(0xc0, 0xdb, 1, 0xc0)) });
    const asked = new Channel(noisy).command(OP.SYNC, [], { timeoutMs: 30 });
    await expect(asked).rejects.toMatchObject({
      code: 'noise',
      hint: expect.stringContaining('lower --baud'),
    });
    const link = new FakeLink({ answer: (_, to) => to.vanish() });
    const channel = new Channel(link);
    await expect(channel.command(OP.SYNC)).rejects.toMatchObject({ code: 'unplugged' });
    await expect(channel.command(OP.SYNC)).rejects.toMatchObject({ code: 'unplugged' });
  });

  test('once released it listens no longer', async () => {
    const link = new FakeLink();
    const channel = new Channel(link);
    channel.release();
    link.hear(reply(OP.SYNC, 7, 0, 0));
    expect(channel.heard).toBe('');
  });
});
