import { deflate } from 'pako';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHIP_MODELS, type ChipModel, ESP32 } from '../../simulator/board/chip-model.ts';
import { factoryFlash } from '../../simulator/board/factory-flash.ts';
import { NorFlash } from '../../simulator/board/nor-flash.ts';
import { LoaderClient, words } from '../../simulator/board/serial-rom/testing/loader-client.ts';
import { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import { Kernel } from '../../simulator/kernel/kernel.ts';
import { WifiMedium } from '../../simulator/net/wifi-medium.ts';
import { retargetGuest } from '../../tools/formats/guest-payload.ts';
import { OP } from '../../tools/formats/serial-loader.ts';
import { partitionTable } from '../support/bench.ts';
import { prepare, release } from '../support/mesh-bench.ts';

const APP = 0x10000;
let whole: Uint8Array;
let led: Uint8Array;

beforeAll(async () => {
  await prepare(['led']);
  led = await release('led');
  whole = flashFor(ESP32);
});

/** All of flash as a board of that chip needs it to run the LED sketch. */
function flashFor(chip: ChipModel): Uint8Array {
  const app = retargetGuest(led, chip.id);
  return factoryFlash(chip, { partitionTable: partitionTable(), app }).dump();
}

/** A board fresh from the shop, and a client at the other end of its cable, in virtual time. */
function desk(chip = ESP32) {
  const kernel = new Kernel('1');
  const board = new VirtualBoard({
    kernel,
    medium: new WifiMedium(kernel, () => -50),
    name: 'board',
    index: 0,
    mac: Uint8Array.of(0x24, 0x6f, 0x28, 1, 2, 3),
    flash: new NorFlash(chip.flashBytes),
    chip,
  });
  const connector = board.connect();
  board.powerOn();
  return { kernel, board, connector, client: new LoaderClient(kernel, connector) };
}

/** Flashes all of `image` at 921,600 baud, and presses EN. */
async function flash(image: Uint8Array, chip = ESP32) {
  const place = desk(chip);
  const { client, connector } = place;
  await client.run(100);
  await client.reset();
  await client.sync();
  await client.startStub();
  await client.ask(OP.CHANGE_BAUDRATE, words(921_600, 115_200));
  connector.setBaud(921_600);
  await client.run(50);
  const packed = deflate(image, { level: 9 });
  await client.ask(OP.FLASH_DEFL_BEGIN, words(image.length, 1, 0x4000, 0));
  for (let i = 0; i * 0x4000 < packed.length; i++) {
    const block = packed.subarray(i * 0x4000, (i + 1) * 0x4000);
    const reply = await client.block(OP.FLASH_DEFL_DATA, block, i);
    expect([...reply!.data]).toEqual([0, 0]);
  }
  await client.ask(OP.SPI_FLASH_MD5, words(0, 16, 0, 0), 0, 60_000);
  connector.setBaud(115_200);
  client.text = '';
  connector.setLines({ rts: true });
  await client.run(100);
  connector.setLines({ rts: false });
  await client.run(3000);
  return place;
}

describe('a board that was flashed over its cable', () => {
  it('runs the app that is in its flash, and is heard at the other end', async () => {
    const { board, client } = await flash(whole);
    // The bootloader and the app have written otadata and NVS since.
    const app = (bytes: Uint8Array) => bytes.subarray(APP, APP + (1 << 20));
    expect(Buffer.compare(app(board.flash.dump()), app(whole))).toBe(0);
    expect(board.state).toBe('running');
    expect(client.text).toMatch(/rst:0x1 \(POWERON_RESET\),boot:0x13 .*Loaded app from partition/s);
    expect(board.uart.log.some(({ text }) => text.includes('Loaded app'))).toBe(true);
  });

  it.each(CHIP_MODELS)('of chip $name runs what is made for it', async (chip) => {
    const { board, client } = await flash(flashFor(chip), chip);
    expect([board.state, client.text.includes('Loaded app')]).toEqual(['running', true]);
  });

  it('does not run an app for another chip', async () => {
    const [, other] = CHIP_MODELS;
    const partitions = { partitionTable: partitionTable(), app: led };
    const { board, client } = await flash(factoryFlash(other!, partitions).dump(), other!);
    expect(board.state).not.toBe('running');
    expect(client.text).toContain('No bootable app partitions');
  });

  it('does not run an app with one wrong byte', async () => {
    const spoilt = Uint8Array.from(whole);
    spoilt[APP + 1000]! ^= 1;
    const { board, client } = await flash(spoilt);
    expect(board.state).not.toBe('running');
    expect(client.text).toContain('No bootable app partitions');
  });

  it('does all of that alike in every run', async () => {
    const digests = [await flash(whole), await flash(whole)].map(({ kernel }) =>
      kernel.trace.digest(),
    );
    expect(digests[0]).toBe(digests[1]);
  });
});

describe('a board in trouble', () => {
  it('with a weak supply restarts again and again when its app begins', async () => {
    const place = await flash(whole);
    place.connector.faults.brownOut = true;
    place.board.pressReset();
    place.client.text = '';
    await place.client.run(3000);
    const text = place.client.text;
    expect(text.match(/Brownout detector was triggered/g)!.length).toBeGreaterThan(2);
    expect(text).toContain('RTCWDT_BROWN_OUT_RESET');
  });

  it('whose ROM mistakes its crystal prints what nobody can read, until the app does', async () => {
    const { board, connector, client } = desk();
    connector.faults.garbledBootLog = true;
    board.pressReset();
    await client.run(1000);
    expect(client.text.length).toBeGreaterThan(20);
    expect(client.text).not.toContain('invalid header');
  });
});
