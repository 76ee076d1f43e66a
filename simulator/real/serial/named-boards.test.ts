import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPortStream } from '@serialport/stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseBoardAddress, parseFault } from './address.ts';
import { NamedBoards } from './named-boards.ts';

let folder: string;
let boards: NamedBoards;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'named-boards-'));
  boards = new NamedBoards();
});

afterEach(async () => {
  await boards.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<SerialPortStream> {
  const stream = new SerialPortStream({
    binding: boards,
    path,
    baudRate: 115_200,
    autoOpen: false,
  });
  stream.open();
  await once(stream, 'open');
  return stream;
}

const closed = (stream: SerialPortStream) =>
  new Promise<void>((resolve, reject) =>
    stream.close((error) => (error ? reject(error) : resolve())),
  );

describe('the address of a simulated board', () => {
  it('says which chip, flash, wiring and faults it has', () => {
    const address =
      'sim://door?chip=esp32s3&flash=a.bin&size=8MB&wiring=direct&line=paced&flash-times&speed=4&fault=wrong-md5&fault=drop:0.1';
    expect(parseBoardAddress(address)).toEqual({
      spec: {
        name: 'door',
        chip: 'esp32s3',
        flashBytes: 8 << 20,
        wiring: 'direct',
        faults: { wrongMd5: true, toChip: { drop: 0.1 }, toHost: { drop: 0.1 } },
      },
      options: { line: 'paced', flashTimes: true, speed: 4 },
      file: 'a.bin',
    });
    expect(parseBoardAddress('door')).toEqual({ spec: { name: 'door' }, options: {} });
  });

  it.each([
    ['sim://', 'is named with letters'],
    ['sim://a/b', 'is named with letters'],
    ['sim://a?colour=red', 'has no "colour"; it has chip, flash'],
    ['sim://a?size=big', 'size= wants megabytes'],
    ['sim://a?wiring=loose', 'wiring= is one of transistor, direct, usb-jtag'],
    ['sim://a?line=fast', 'line= is paced or free'],
    ['sim://a?speed=0', 'speed= is a number'],
    ['sim://a?flash=', 'flash= wants the name of a file'],
    ['sim://a?fault=gremlins', 'there is no fault "gremlins"; there are wrong-md5'],
    ['sim://a?fault=drop:2', 'is no number up to 1'],
  ])('%s is refused in a sentence', (address, sentence) => {
    expect(() => parseBoardAddress(address)).toThrow(sentence);
  });

  it('names faults with times in milliseconds', () => {
    expect(parseFault('reply-delay:200')).toEqual({ replyDelay: 200_000 });
    expect(parseFault('unplug-after=1000')).toEqual({ unplugAfter: 1000 });
  });
});

describe('boards by name', () => {
  it('exist from when they are named, and are listed by their address', async () => {
    boards.prepare('sim://a?chip=esp32c6');
    expect(await boards.list()).toMatchObject([{ path: 'sim://a?chip=esp32c6' }]);
    const stream = await open('sim://a?chip=esp32c6');
    const [data] = (await once(stream, 'data')) as [Buffer];
    expect(data.length).toBeGreaterThan(0);
    await closed(stream);
  });

  it('keep their flash in a file, which one process holds at a time', async () => {
    const file = join(folder, 'a.bin');
    writeFileSync(file, new Uint8Array(0x1000));
    const address = `sim://a?flash=${file}`;
    const stream = await open(address);
    const other = new NamedBoards();
    expect(() => other.prepare(address)).toThrow(/is the flash of a simulated board that process/);
    expect(readFileSync(file).length).toBe(0x1000);
    await closed(stream);
    await boards.close();
    expect(existsSync(`${file}.lock`)).toBe(false);
    other.prepare(address);
    await other.close();
  });

  it('take a lock over whose process is gone', () => {
    const file = join(folder, 'a.bin');
    writeFileSync(`${file}.lock`, '999999999');
    boards.prepare(`sim://a?flash=${file}`);
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe(String(process.pid));
  });

  it('leave a lock alone that another process is just writing', () => {
    const file = join(folder, 'young.bin');
    writeFileSync(`${file}.lock`, '');
    expect(() => boards.prepare(`sim://a?flash=${file}`)).toThrow(/another process is starting/);
    expect(existsSync(`${file}.lock`)).toBe(true);
    rmSync(`${file}.lock`);
    mkdirSync(`${file}.lock.turn`);
    writeFileSync(`${file}.lock`, '999999999');
    expect(() => boards.prepare(`sim://a?flash=${file}`)).toThrow(/is taking/);
    expect(readFileSync(`${file}.lock`, 'utf8')).toBe('999999999');
  });

  it('say which file cannot be held', () => {
    const file = join(folder, 'none', 'a.bin');
    expect(() => boards.prepare(`sim://a?flash=${file}`)).toThrow(
      `${file} cannot be the flash of a board: ENOENT`,
    );
  });

  it('begin with a file of their own when there is none', async () => {
    const file = join(folder, 'new.bin');
    const stream = await open(`sim://a?flash=${file}&size=1MB`);
    await closed(stream);
    expect(readFileSync(file).length).toBe(1 << 20);
  });
});
