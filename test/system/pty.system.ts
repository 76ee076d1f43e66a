import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const OTA = join(import.meta.dirname, '../../tools/bin/ota.js');
const IMAGE = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 11 + (i >> 6)) & 255);
/** A pseudo-terminal has no lines. */
const NO_RESETS = ['--before', 'no-reset', '--after', 'no-reset'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pty-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a virtual board behind a pseudo-terminal of socat is flashed and verified', async () => {
  const [link, flash, image] = ['tty', 'flash.bin', 'image.bin'].map((name) => join(folder, name));
  writeFileSync(image!, IMAGE);
  const args = ['sim', 'serve', '--pty', link!, '--chip', 'esp32c3', '--flash', flash!, '--json'];
  const server = spawn(process.execPath, [OTA, ...args]);
  await once(createInterface(server.stdout), 'line');
  const span = `0x10000:${image}`;
  const flashed = await runCli(['flash', '--port', link!, ...NO_RESETS, span]);
  expect(flashed).toMatchObject({ code: 0 });
  // Another user of the same board.
  const verified = await runCli(['verify', '--port', link!, ...NO_RESETS, span]);
  expect(verified).toMatchObject({ code: 0 });
  server.kill('SIGINT');
  await once(server, 'exit');
  expect(
    readFileSync(flash!)
      .subarray(0x10000, 0x10000 + IMAGE.length)
      .equals(IMAGE),
  ).toBe(true);
  expect(existsSync(link!)).toBe(false);
});
