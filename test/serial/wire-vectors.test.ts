import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../simulator/board/serial-rom/packets.ts';
import { SlipReader } from '../../simulator/board/serial-rom/slip.ts';
import { TelnetDecoder, type TelnetEvent } from '../../tools/formats/rfc2217.ts';
import { blockChecksum, OP } from '../../tools/formats/serial-loader.ts';
import { blockHeader, encodeRequest, words } from '../../tools/serial/protocol/packet.ts';

/** What esptool and pyserial themselves send. Client and simulated board share their numbers, so an error there would show in neither. */
const real = JSON.parse(readFileSync('test/fixtures/serial/esptool.json', 'utf8'));
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');
const frames = Object.entries<string>(real.frames);
const block = bytes(real.block);

/** The same requests as esptool was asked for. */
const OURS: Record<string, Uint8Array[]> = {
  SYNC: [Uint8Array.of(0x07, 0x07, 0x12, 0x20, ...new Array<number>(32).fill(0x55))],
  READ_REG: [words(0x40001000)],
  WRITE_REG: [words(0x3ff42000, 0xc0dbc0db, 0xffffffff, 10)],
  MEM_BEGIN: [words(0x1c00, 1, 0x1800, 0x4009f000)],
  MEM_DATA: [blockHeader(block.length, 3), block],
  MEM_END: [words(0, 0x4009f500)],
  FLASH_BEGIN: [words(0x4000, 0x10, 0x400, 0x10000)],
  FLASH_DATA: [blockHeader(block.length, 7), block],
  FLASH_DEFL_BEGIN: [words(0x8000, 5, 0x400, 0x20000)],
  FLASH_DEFL_DATA: [blockHeader(block.length, 1), block],
  SPI_FLASH_MD5: [words(0x10000, 0xc0db, 0, 0)],
  SPI_SET_PARAMS: [words(0, 0x400000, 0x10000, 0x1000, 0x100, 0xffff)],
  GET_SECURITY_INFO: [],
  SPI_ATTACH: [words(0, 0)],
  ERASE_FLASH: [],
  ERASE_REGION: [words(0x1000, 0x2000)],
};

describe(`the serial protocol, by the bytes of esptool ${real.esptool}`, () => {
  it('has its numbers of commands', () => {
    expect(OP).toEqual(real.commands);
  });

  it.each(frames)('%s is sent as esptool sends it', (name, frame) => {
    const parts = OURS[name]!;
    const checksum = parts[1] ? blockChecksum(parts[1]) : 0;
    expect(hex(encodeRequest(OP[name as keyof typeof OP], parts, checksum))).toBe(frame);
  });

  it.each(frames)('%s of esptool is understood by a simulated board', (name, frame) => {
    const [packet] = new SlipReader().push(bytes(frame));
    const { op, whole, checksum, data } = parseRequest(packet!)!;
    expect([op, whole]).toEqual([real.commands[name], true]);
    expect(hex(data)).toBe(OURS[name]!.map(hex).join(''));
    if (OURS[name]![1]) expect(checksum).toBe(blockChecksum(data.subarray(16)));
  });
});

describe(`RFC 2217, by the bytes of pyserial ${real.pyserial}`, () => {
  const said = (wire: string): (string | number[])[] =>
    new TelnetDecoder().push(bytes(wire)).map((event: TelnetEvent) => {
      if (event.kind === 'data') return `data ${[...event.bytes]}`;
      if (event.kind === 'option') return [event.verb, event.option];
      return `${event.command}: ${[...event.value]}`;
    });

  it('takes what its client sends: agreement, 460800 baud 8N1, lines, data with its 255 doubled', () => {
    const heard = said(real.rfc2217Client);
    expect(heard.slice(0, 5)).toEqual([
      [253, 1],
      [251, 3],
      [253, 44],
      [251, 44],
      [251, 0],
    ]);
    expect(heard.slice(5, 9)).toEqual(['1: 0,7,8,0', '2: 8', '3: 1', '4: 1']);
    expect(heard.slice(-4)).toEqual(['5: 9', '5: 11', 'data 1,255,2,255,255,3', '12: 1']);
  });

  it('takes what its server answers', () => {
    expect(said(real.rfc2217Server)).toEqual(
      expect.arrayContaining([[253, 44], '101: 0,7,8,0', '102: 8', '105: 9', '105: 11', '112: 1']),
    );
  });
});
