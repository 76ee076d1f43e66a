import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflate } from 'pako';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sample } from '../../../test/serial/support/desk.ts';
import { folderCache } from './deflate-cache.ts';
import { Deflater } from './deflater.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-deflate-'));
const open: Deflater[] = [];
function deflater(cache?: ReturnType<typeof folderCache>): Deflater {
  const made = new Deflater(cache);
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('deflating beside', () => {
  test('in a thread or in place, the bytes come back, and each block’s reach is told', async () => {
    for (const size of [5000, 200_000]) {
      const data = sample(size);
      const { data: sent, flashEnds } = await deflater().get(data, 0x4000);
      expect(inflate(sent)).toEqual(data);
      expect(flashEnds).toHaveLength(Math.ceil(sent.length / 0x4000));
      expect(flashEnds.at(-1)).toBe(size);
      expect(flashEnds).toEqual([...flashEnds].sort((a, b) => a - b));
    }
  });

  test('the same data is deflated once, however often it is asked for', async () => {
    const one = deflater();
    const data = sample(5000);
    expect(one.get(data, 0x4000)).toBe(one.get(data.slice(), 0x4000));
    expect(one.get(data, 0x400)).not.toBe(one.get(data, 0x4000));
  });

  test('results are kept in a folder, and taken from there', async () => {
    const data = sample(100_000);
    const cache = folderCache(folder);
    const made = await deflater(cache).get(data, 0x4000);
    const [name] = readdirSync(folder);
    const get = vi.spyOn(cache, 'get');
    expect(await deflater(cache).get(data, 0x4000)).toEqual(made);
    expect(await get.mock.results[0]!.value).toEqual(made.data);
    // A file that was damaged, or cut short, is not sent: it would be noticed by MD5 only, and again each time.
    writeFileSync(join(folder, name!), made.data.subarray(0, 1000));
    expect(await deflater(cache).get(data, 0x4000)).toEqual(made);
  });

  test('what cannot be kept costs nothing but time; the oldest go first', async () => {
    const nowhere = folderCache('/dev/null/none');
    await nowhere.put('x', Uint8Array.of(1));
    expect(await nowhere.get('x')).toBeUndefined();
    const small = folderCache(folder, 2500);
    for (const key of ['a', 'b', 'c']) {
      await small.put(key, new Uint8Array(1000));
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(readdirSync(folder).sort()).toEqual(['b', 'c']);
  });
});
