import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildCache } from './cache.ts';

let dir: string;
const data = Uint8Array.of(1, 2, 3);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cache-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const entries = (): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => e.name);

describe('BuildCache', () => {
  it('keeps data and meta across objects', async () => {
    await new BuildCache(dir).put('abc', { a: [1] }, data);
    expect(await new BuildCache(dir).get('abc')).toEqual({ meta: { a: [1] }, data });
    expect(await new BuildCache(dir).get('abd')).toBeUndefined();
  });

  it('works in memory alone without a folder', async () => {
    const cache = new BuildCache(undefined);
    await cache.put('abc', {}, data);
    expect((await cache.get('abc'))?.data).toEqual(data);
    expect(await new BuildCache(undefined).get('abc')).toBeUndefined();
  });

  it('takes a damaged entry, in whatever byte or length, for absent and removes it', async () => {
    const cache = new BuildCache(dir);
    await cache.put('abc', { a: 1 }, data);
    const path = join(dir, 'ab', 'abc');
    const size = readFileSync(path).length;
    for (let at = 0; at < size; at++) {
      await cache.put('abc', { a: 1 }, data);
      const bytes = readFileSync(path);
      bytes[at]! ^= 0x40;
      writeFileSync(path, bytes);
      expect(await cache.get('abc')).toBeUndefined();
      expect(entries()).toEqual([]);
      await cache.put('abc', { a: 1 }, data);
      truncateSync(path, at);
      expect(await cache.get('abc')).toBeUndefined();
    }
  });

  it('reports once why it cannot write, and goes on', async () => {
    writeFileSync(join(dir, 'file'), '');
    const cache = new BuildCache(join(dir, 'file'));
    await cache.put('abc', {}, data);
    expect(cache.takeFailure()).toMatch(/ENOTDIR|EEXIST/);
    expect(cache.takeFailure()).toBeUndefined();
    expect(await cache.get('abc')).toBeUndefined();
  });

  it('prunes what was unused for longest, left-over temporary files too', async () => {
    const cache = new BuildCache(dir);
    for (const key of ['aa1', 'bb2', 'cc3']) await cache.put(key, {}, new Uint8Array(1000));
    mkdirSync(join(dir, 'x'));
    writeFileSync(join(dir, 'tmp-old'), 'half written');
    for (const [name, seconds] of [
      ['tmp-old', 1],
      ['aa/aa1', 20],
      ['bb/bb2', 10],
      ['cc/cc3', 30],
    ] as const) {
      utimesSync(join(dir, name), seconds, seconds);
    }
    await cache.prune(2500);
    expect(entries().sort()).toEqual(['aa1', 'cc3']);
  });
});
