import { createHash } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SerialBench } from '../../../simulator/real/serial/index.ts';
import { WebSerialPort } from './web-serial.ts';

const CHIPS = {
  esp32: 'ESP32-D0WD-V3 (revision 3)',
  esp32s3: 'ESP32-S3 (QFN56) (revision v0.2)',
  esp32c3: 'ESP32-C3 (QFN32) (revision v0.4)',
  esp32c6: 'ESP32-C6 (revision 1)',
  esp32p4: 'ESP32-P4 (revision v3.0)',
};
const DATA = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 7 + (i >> 5) * 13) & 255);
const md5 = (data: Uint8Array) => createHash('md5').update(data).digest('hex');

let bench: SerialBench;

beforeAll(() => {
  // It says what it does on the console, asked or not.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  bench = SerialBench.open({ boards: Object.keys(CHIPS).map((chip) => ({ name: chip, chip })) });
});

afterAll(async () => {
  await bench?.close();
  vi.restoreAllMocks();
});

async function client(name: string) {
  const lines: string[] = [];
  const terminal = { clean() {}, write() {}, writeLine: (line: string) => void lines.push(line) };
  const port = new WebSerialPort(bench.binding, `sim://${name}`);
  const transport = new Transport(port as never);
  const loader = new ESPLoader({ transport, baudrate: 460_800, romBaudrate: 115_200, terminal });
  return { loader, transport, lines };
}

describe('esptool-js, unmodified,', () => {
  it.each(Object.entries(CHIPS))('detects, flashes, verifies and reads %s', async (name, text) => {
    const { loader, transport, lines } = await client(name);
    expect(await loader.main()).toBe(text);
    expect(lines.join('\n')).toMatch(
      /MAC: 7c:df:a1:10:20:[0-9a-f]{2}\n.*Stub running.*Flash ID: 1640ef/s,
    );
    await loader.writeFlash({
      fileArray: [{ data: DATA, address: 0x10000 }],
      flashMode: 'keep',
      flashFreq: 'keep',
      flashSize: 'keep',
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (image: Uint8Array) => md5(image),
    } as never);
    const flash = await bench.flash(name);
    expect(md5(flash.subarray(0x10000, 0x10000 + DATA.length))).toBe(md5(DATA));
    expect(md5(await loader.readFlash(0x10800, 0x3000))).toBe(md5(DATA.subarray(0x800, 0x3800)));
    await loader.eraseFlash();
    expect((await bench.flash(name)).every((byte) => byte === 0xff)).toBe(true);
    await transport.disconnect();
  });
});
