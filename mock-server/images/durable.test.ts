import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What reached the file system, in its order. A kernel that outlives a killed process cannot show a missing sync: this does. */
const steps = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const kind = (path: unknown) =>
    /\.part(\.\w+)?$/.test(String(path))
      ? 'temporary'
      : /\.bin$/.test(String(path))
        ? 'named'
        : 'folder';
  return {
    ...real,
    async open(path: string, flags: string) {
      const handle = await real.open(path, flags);
      const sync = handle.sync.bind(handle);
      const write = handle.write.bind(handle);
      handle.sync = async () => {
        await sync();
        steps.push(`sync ${kind(path)}`);
      };
      handle.write = ((...given: Parameters<typeof write>) => {
        steps.push(`write ${kind(path)}`);
        return write(...given);
      }) as typeof handle.write;
      return handle;
    },
    async link(from: string, to: string) {
      await real.link(from, to);
      steps.push(`link ${kind(from)} as ${kind(to)}`);
    },
    async rename(from: string, to: string) {
      await real.rename(from, to);
      steps.push(`rename ${kind(from)} to ${kind(to)}`);
    },
  };
});
const { openImageStore } = await import('./image-store.ts');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-durable-'));
  steps.length = 0;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('an image', () => {
  it('is synced before it has a name, and its name before it is acknowledged', async () => {
    const images = await openImageStore(dir);
    const receiver = await images.receive();
    await receiver.write(new Uint8Array(100));
    const { sha256 } = await receiver.finish();
    expect(steps).toEqual(['write temporary', 'sync temporary']);
    steps.length = 0;
    await receiver.publish();
    expect(steps.slice(0, 3)).toEqual([
      'link temporary as temporary',
      'rename temporary to named',
      'sync folder',
    ]);
    // The new folder's own name, in the two above it.
    expect(steps.slice(3)).toEqual(['sync folder', 'sync folder']);
    steps.length = 0;
    await receiver.publish();
    expect(steps).toEqual([]);
    await images.name('door/v1.0.0.bin', sha256);
    expect(steps).toEqual(['link named as named', 'sync folder', 'sync folder']);
  });
});
