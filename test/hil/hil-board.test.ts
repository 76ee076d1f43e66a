import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../tools/monitor/index.ts';
import type { LineState, UsbId } from '../../tools/serial/link.ts';
import { FakeLink } from '../../tools/serial/testing/fake-link.ts';
import type { ClaimedBoard } from './desk.ts';
import { HilBoard } from './hil-board.ts';

/** A chip that is its own USB device. */
const ITSELF: UsbId = { vendorId: 0x303a, productId: 0x1001 };

/** Says one line more than it should when EN falls, and starts when EN rises. */
class TalkingLink extends FakeLink {
  #held = false;

  say(line: string): void {
    this.hear(new TextEncoder().encode(`${line}\n`));
  }

  protected override async applySignals(lines: LineState): Promise<void> {
    await super.applySignals(lines);
    const held = lines.rts && !lines.dtr;
    if (held && !this.#held) setTimeout(() => this.say('last words'), 10);
    if (this.#held && !held) this.say(lines.dtr ? 'waiting for download' : 'hello again');
    this.#held = held;
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hil-board-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function opened(usb?: UsbId, power?: (link: TalkingLink) => ClaimedBoard['power']) {
  const link = new TalkingLink({ usb });
  const board = await HilBoard.open(
    {
      name: 'door',
      port: 'fake',
      baud: 921_600,
      open: async () => link,
      power: power?.(link),
      release: async () => {},
    },
    {
      now: () => Date.now(),
      log: new LogFile(join(folder, 'door.log')),
      find: () => Promise.reject(new Error('no firmware here')),
    },
  );
  link.say('early');
  return { link, board };
}

describe('what a board said before it was stopped', () => {
  const not = ['early', 'last words'];

  it('does not count after a reset, however late it comes', async () => {
    const { board } = await opened();
    await board.reset();
    await board.expect('hello again', { not });
  });

  it('does not count in the ROM loader', async () => {
    const { board } = await opened();
    await board.bootloader();
    await board.expect('waiting for download', { not });
  });

  it('does not count when its supply was off, or EN low for as long', async () => {
    const relay = (link: TalkingLink) => ({
      off: async () => void setTimeout(() => link.say('last words'), 10),
      on: async () => link.say('hello again'),
    });
    for (const power of [undefined, relay]) {
      const { board } = await opened(undefined, power);
      await board.powerCycle(40);
      await board.expect('hello again', { not });
    }
  });

  it('leaves the lines of a chip that is its own USB device to the sequence for it', async () => {
    const { link, board } = await opened(ITSELF);
    await board.reset();
    expect(link.signals).toEqual([
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ]);
    await board.expect('hello again', { not: 'early' });
  });
});
