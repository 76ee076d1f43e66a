import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { abortedGets, descriptors, heads, memoryOf, stall, upload } from './load.ts';
import { type ServerProcess, startServerProcess } from './process.ts';

const MB = 1_000_000;
const token = 'the-admin-of-the-test';
let dir: string;
let server: ServerProcess;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ota-load-'));
  const env = { ADMIN_TOKEN: token, OTA_RATE_LIMIT: '0' };
  server = await startServerProcess({ dataDir: dir, args: ['--open', '--log', 'off'], env });
  expect(await upload(server.url, { size: 6 * MB, version: '1.0.0', seed: 1, token })).toBe(201);
});
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Over what is kept in memory: each download holds the file open. */
const IMAGE = '/api/v1/firmware/1/download';

// The same with the full counts: npm run bench server.
describe('a server under load', () => {
  it('holds little of a large upload in memory', async () => {
    const order = { size: 48 * MB, version: '2.0.0', seed: 2, token };
    const { before, peak, result } = await memoryOf(server, () => upload(server.url, order));
    expect(result).toBe(201);
    expect(peak - before).toBeLessThan(64);
  });

  it('holds little of many uploads at once', async () => {
    const order = (i: number) => ({ size: 8 * MB, version: `3.0.${i}`, seed: 3 + i, token });
    const all = () =>
      Promise.all(Array.from({ length: 12 }, (_, i) => upload(server.url, order(i))));
    const { peak, result } = await memoryOf(server, all);
    expect(result).toEqual(Array.from({ length: 12 }, () => 201));
    expect(peak).toBeLessThan(300);
  });

  it('holds little of many downloads that nobody takes', async () => {
    const { peak, result } = await memoryOf(server, () => stall(server.url, IMAGE, 150));
    expect(peak).toBeLessThan(300);
    for (const socket of result) socket.destroy();
  });

  it('opens nothing for HEAD, and closes what aborted GETs have opened', async () => {
    await expect.poll(() => descriptors(server.pid)).toBeLessThan(60);
    const before = descriptors(server.pid);
    expect(await heads(server.url, IMAGE, 400)).toEqual(new Set([200]));
    await abortedGets(server.url, IMAGE, 400);
    await expect.poll(() => descriptors(server.pid)).toBeLessThanOrEqual(before + 2);
  });
});
