import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const OTA = join(import.meta.dirname, '../../tools/bin/ota.js');
const IMAGE = Uint8Array.from({ length: 30_000 }, (_, i) => (i * 11 + (i >> 6)) & 255);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-serve-'));
  writeFileSync(join(folder, 'image.bin'), IMAGE);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ota sim serve', () => {
  it('puts boards on ports, and keeps what was flashed', async () => {
    const flash = join(folder, 'door.bin');
    const boards = ['--board', `door?chip=esp32c3&flash=${flash}`, '--board', 'bell'];
    const server = spawn(process.execPath, [
      OTA,
      'sim',
      'serve',
      '--rfc2217',
      ':0',
      '--json',
      ...boards,
    ]);
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    const served = (
      JSON.parse(line) as { boards: { name: string; chip: string; ports: string[] }[] }
    ).boards;
    expect(served).toMatchObject([
      { name: 'door', chip: 'ESP32-C3', ports: [expect.stringMatching(/^rfc2217:\/\/127/)] },
      { name: 'bell', chip: 'ESP32-D0WD-V3' },
    ]);
    const image = join(folder, 'image.bin');
    const port = served[0]!.ports[0]!;
    const { code, stderr } = await runCli(['flash', '--port', port, `0x20000:${image}`]);
    expect(stderr).not.toMatch(/error/i);
    expect(code).toBe(0);
    server.kill('SIGINT');
    const [status] = (await once(server, 'exit')) as [number];
    expect(status).toBe(0);
    const kept = readFileSync(flash);
    expect(kept.length).toBe(4 << 20);
    expect(kept.subarray(0x20000, 0x20000 + IMAGE.length).equals(IMAGE)).toBe(true);
    expect(existsSync(`${flash}.lock`)).toBe(false);
  });

  it.each([
    [['--chip', 'esp8266'], /no virtual board with the chip "esp8266"/],
    [['--board', 'a', '--board', 'a'], /two boards are named a/],
    [['--rfc2217', 'here'], /Give \[HOST\]:PORT/],
  ])('%j is refused in a sentence', async (args, sentence) => {
    const { code, stderr } = await runCli(['sim', 'serve', ...args]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
