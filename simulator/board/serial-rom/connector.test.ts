import { describe, expect, it } from 'vitest';
import { OP } from '../../../tools/formats/serial-loader.ts';
import type { ConnectorOptions } from './connector.ts';
import { atLoader, atStub, FakeBoard } from './testing/fake-board.ts';
import { LoaderClient, words } from './testing/loader-client.ts';

const PACED: ConnectorOptions = { paced: true };

function place(options: ConnectorOptions, chip = 'esp32') {
  const board = new FakeBoard(chip, options);
  return { board, client: new LoaderClient(board.kernel, board.connector) };
}

describe('DTR and RTS', () => {
  it('set at once reach the loader through two transistors', async () => {
    const { board, client } = place({ wiring: 'transistor' });
    await client.reset();
    expect(board.state).toBe('loader');
  });

  it('set one after another within the rise of EN reach it as well', async () => {
    const { board, client } = place({ wiring: 'transistor' });
    const { connector } = board;
    connector.setLines({ dtr: false });
    connector.setLines({ rts: true });
    await client.run(100);
    expect(board.state).toBe('held');
    connector.setLines({ dtr: true });
    await client.run(2);
    connector.setLines({ rts: false });
    await client.run(50);
    expect(board.state).toBe('loader');
  });

  it('set too slowly for that boot the app', async () => {
    const { board, client } = place({ wiring: 'transistor' });
    const { connector } = board;
    connector.setLines({ rts: true });
    await client.run(100);
    connector.setLines({ dtr: true });
    await client.run(50);
    connector.setLines({ rts: false });
    await client.run(50);
    expect(board.state).toBe('running');
  });

  it('wired directly hold the chip while a port is open with both set', async () => {
    const { board, client } = place({ wiring: 'direct' });
    board.connector.setLines({ dtr: true, rts: true });
    await client.run(1000);
    expect(board.state).toBe('held');
    board.connector.setLines({ dtr: false, rts: false });
    await client.run(100);
    expect(board.state).toBe('running');
  });

  it('understood by USB-Serial/JTAG reach the loader in its own order', async () => {
    const { board, client } = place({ wiring: 'usb-jtag' }, 'esp32s3');
    await client.reset();
    expect(board.state).toBe('running');
    for (const lines of [
      { dtr: false, rts: false },
      { dtr: true, rts: false },
      { dtr: true, rts: true },
      { dtr: false, rts: true },
      { dtr: false, rts: false },
    ]) {
      board.connector.setLines(lines);
      await client.run(100);
    }
    expect(board.state).toBe('loader');
    expect((await client.ask(OP.READ_REG, words(0x3fcef14c)))!.value).toBe(4);
  });
});

describe('the rate of the line', () => {
  it('is measured by the first SYNC, and garbles what comes at another afterwards', async () => {
    const { board, client } = await atLoader('esp32', PACED);
    board.connector.setBaud(230_400);
    expect(await client.sync()).toBeDefined();
    board.connector.setBaud(115_200);
    expect(await client.sync()).toBeUndefined();
    board.connector.setBaud(230_400);
    expect(await client.sync()).toBeDefined();
  });

  it('changes after the reply, which still goes at the old one', async () => {
    const { board, client } = await atLoader('esp32', PACED);
    await client.sync();
    const reply = await client.ask(OP.CHANGE_BAUDRATE, words(921_600, 0));
    expect([...reply!.data]).toEqual([0, 0, 0, 0]);
    expect(await client.sync()).toBeUndefined();
    board.connector.setBaud(921_600);
    await client.run(50);
    expect(await client.sync()).toBeDefined();
    // The clock divider that a client reads tells the rate: 40 MHz over it.
    const divider = (await client.ask(OP.READ_REG, words(0x3ff40014)))!.value & 0xfffff;
    expect(Math.round((divider * 921_600) / 1e6)).toBe(40);
  });

  it('is back at 115,200 after a reset', async () => {
    const { board, client } = await atStub('esp32', PACED);
    await client.ask(OP.CHANGE_BAUDRATE, words(921_600, 115_200));
    board.connector.setBaud(921_600);
    await client.reset();
    board.connector.setBaud(115_200);
    board.uart.transmit(board.kernel.now, new TextEncoder().encode('waiting for download'));
    await client.run(50);
    expect(client.text).toContain('waiting for download');
    expect(await client.sync()).toBeDefined();
  });

  it('is the app’s own once that has begun', async () => {
    const { board, client } = place(PACED);
    const print = async (text: string) => {
      board.uart.transmit(board.kernel.now, new TextEncoder().encode(text));
      await client.run(100);
    };
    board.uart.hooks.rate!(9600);
    await print('in nine six');
    expect(client.text).not.toContain('nine');
    board.connector.setBaud(9600);
    await print('in nine six');
    expect(client.text).toContain('in nine six');
  });

  it('does not matter to a client whose rate is not known', async () => {
    const { board, client } = await atStub('esp32', PACED);
    board.connector.setBaud(undefined);
    await client.ask(OP.CHANGE_BAUDRATE, words(921_600, 115_200));
    await client.run(10);
    expect(await client.sync()).toBeDefined();
  });
});

describe('faults', () => {
  it('a late reply comes before what follows it, and at the rate that it was asked at', async () => {
    const { board, client } = await atLoader('esp32', PACED);
    await client.sync();
    board.connector.faults.replyDelay = 200_000;
    const reply = await client.ask(OP.CHANGE_BAUDRATE, words(921_600, 0));
    expect([...reply!.data]).toEqual([0, 0, 0, 0]);
    board.connector.setBaud(921_600);
    await client.run(50);
    expect(new TextDecoder().decode(await client.startStub())).toBe('OHAI');
  });

  it('lose one reply, delay all, or stall the loader', async () => {
    const { board, client } = await atStub();
    const { faults } = board.connector;
    faults.loseReply = OP.READ_REG;
    expect(await client.ask(OP.READ_REG, words(0), 0, 500)).toBeUndefined();
    expect(await client.ask(OP.READ_REG, words(0), 0, 500)).toBeDefined();
    faults.replyDelay = 400_000;
    expect(await client.ask(OP.READ_REG, words(0), 0, 300)).toBeUndefined();
    expect(await client.reply(300)).toBeDefined();
    delete faults.replyDelay;
    faults.stallAfter = 0;
    expect(await client.ask(OP.READ_REG, words(0), 0, 5000)).toBeUndefined();
  });

  it('give a wrong MD5', async () => {
    const { board, client } = await atStub();
    const right = await client.ask(OP.SPI_FLASH_MD5, words(0, 100, 0, 0));
    board.connector.faults.wrongMd5 = true;
    const wrong = await client.ask(OP.SPI_FLASH_MD5, words(0, 100, 0, 0));
    expect(wrong!.data).not.toEqual(right!.data);
  });

  it('pull the cable after so many bytes, and put it back', async () => {
    const { board, client } = await atStub();
    const plugs: boolean[] = [];
    board.connector.onPlug = (plugged) => plugs.push(plugged);
    board.connector.faults.unplugAfter = 10;
    expect(await client.ask(OP.READ_REG, words(0), 0, 500)).toBeUndefined();
    expect([board.state, plugs]).toEqual(['off', [false]]);
    board.connector.plug();
    expect([board.state, plugs]).toEqual(['running', [false, true]]);
  });

  it('break the supply down when the loader writes flash', async () => {
    const { board, client } = await atStub();
    board.connector.faults.brownOut = true;
    await client.ask(OP.ERASE_REGION, words(0, 0x1000), 0, 500);
    expect(board.done.at(-1)).toBe('brown-out');
  });

  it('keep the stub silent', async () => {
    const { board, client } = await atLoader();
    board.connector.faults.silentStub = true;
    await client.sync();
    expect(await client.startStub()).toBeUndefined();
  });

  it('of bytes reach the loader', async () => {
    const { board, client } = await atLoader();
    board.connector.faults.toChip = { corrupt: 1 };
    expect(await client.sync()).toBeUndefined();
    board.connector.faults.toChip = {};
    board.connector.faults.toHost = { drop: 1 };
    expect(await client.sync()).toBeUndefined();
  });
});

describe('a hardware reset', () => {
  it('loses what the UART had yet to send', async () => {
    const { board, client } = place(PACED);
    board.uart.transmit(0, new TextEncoder().encode('x'.repeat(500)));
    await client.run(5);
    board.connector.setLines({ rts: true });
    await client.run(1000);
    expect(client.text.length).toBeLessThan(80);
  });
});
