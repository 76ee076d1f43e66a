import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openImageStore } from './image-store.ts';
import { contentPath } from './layout.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-images-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const bytes = (length: number) => new Uint8Array(length).map((_, i) => (i * 7 + (i >> 8)) & 0xff);
const hex = (algorithm: string, data: Uint8Array) =>
  createHash(algorithm).update(data).digest('hex');

async function stored(data: Uint8Array) {
  const images = await openImageStore(dir);
  const receiver = await images.receive();
  for (let at = 0; at < data.length; at += 1000) await receiver.write(data.subarray(at, at + 1000));
  const image = await receiver.finish();
  await receiver.publish();
  await receiver.discard();
  return { images, ...image };
}

describe('image store', () => {
  it('names a file by its content, hashed on the way', async () => {
    const data = bytes(5000);
    const { sha256, md5, size } = await stored(data);
    expect({ sha256, md5, size }).toEqual({
      sha256: hex('sha256', data),
      md5: hex('md5', data),
      size: 5000,
    });
    const path = contentPath(dir, sha256);
    expect(Buffer.from(data).equals(await readFile(path))).toBe(true);
    expect(await readdir(join(dir, '.tmp'))).toEqual([]);
  });

  it('stores the same content once', async () => {
    const { sha256 } = await stored(bytes(100));
    await stored(bytes(100));
    expect(await readdir(dirname(contentPath(dir, sha256)))).toEqual([`${sha256}.bin`]);
  });

  it('shows nothing of what was not published', async () => {
    const images = await openImageStore(dir);
    const receiver = await images.receive();
    await receiver.write(bytes(100));
    await receiver.finish();
    await receiver.discard();
    expect(await readdir(dir)).toEqual(['.tmp']);
    expect(await readdir(join(dir, '.tmp'))).toEqual([]);
  });

  it('reads any range, across blocks, cached or not', async () => {
    const data = bytes(200_000);
    const { images, sha256, size } = await stored(data);
    const ranges = [
      [0, 0],
      [0, 1023],
      [65_535, 65_536],
      [65_536, 131_071],
      [60_000, 199_999],
      [199_999, 199_999],
      [0, 199_999],
    ];
    for (const [start, end] of [...ranges, ...ranges] as [number, number][]) {
      const part = await images.read(sha256, size, start, end);
      expect(Buffer.from(data.subarray(start, end + 1)).equals(part)).toBe(true);
    }
  });

  it('streams any range', async () => {
    const data = bytes(200_000);
    const { images, sha256 } = await stored(data);
    for (const [start, end] of [
      [0, 199_999],
      [1, 150_000],
      [65_536, 65_536],
    ] as const) {
      const part = await new Response(images.stream(sha256, start, end)).bytes();
      expect(Buffer.from(data.subarray(start, end + 1)).equals(part)).toBe(true);
    }
  });

  it('rejects where a file is shorter than its row says, and recovers with it', async () => {
    const data = bytes(70_000);
    const { images, sha256, size } = await stored(data);
    const path = contentPath(dir, sha256);
    await truncate(path, 66_000);
    expect(await images.has(sha256, size)).toBe(false);
    await expect(images.read(sha256, size, 65_900, 66_100)).rejects.toThrow('ends at 66000');
    await expect(new Response(images.stream(sha256, 0, size - 1)).bytes()).rejects.toThrow();
    await writeFile(path, data);
    expect(await images.read(sha256, size, 66_000, 66_003)).toHaveLength(4);
  });
});

describe('descriptors', () => {
  const openFiles = async () => (await readdir('/proc/self/fd')).length;

  it.skipIf(process.platform !== 'linux')(
    'close at the end, on cancel, and never open unread',
    async () => {
      const { images, sha256, size } = await stored(bytes(300_000));
      const before = await openFiles();
      for (let i = 0; i < 50; i += 1) {
        images.stream(sha256, 0, size - 1);
        const reader = images.stream(sha256, 0, size - 1).getReader();
        await reader.read();
        await reader.cancel();
        await images.read(sha256, size, i * 1000, i * 1000 + 10);
      }
      expect(await openFiles()).toBeLessThanOrEqual(before + 1);
    },
  );
});
