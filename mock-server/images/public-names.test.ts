import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ImageStore, openImageStore } from './image-store.ts';
import { isPublicName } from './layout.ts';

const noLinks = vi.hoisted(() => ({ value: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    link: (from: string, to: string) =>
      noLinks.value
        ? Promise.reject(Object.assign(new Error('no hard links'), { code: 'EPERM' }))
        : real.link(from, to),
  };
});

let dir: string;
let images: ImageStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-names-'));
  images = await openImageStore(dir);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function store(text: string): Promise<string> {
  const receiver = await images.receive();
  await receiver.write(Buffer.from(text));
  const { sha256 } = await receiver.finish();
  await receiver.publish();
  await receiver.discard();
  return sha256;
}

describe.each([
  ['with hard links', false],
  ['without them', true],
])('public names, %s', (_, without) => {
  beforeEach(() => {
    noLinks.value = without;
  });
  afterEach(() => {
    noLinks.value = false;
  });

  it('stand for the same bytes, and are given again without harm', async () => {
    const sha256 = await store('one');
    expect(await images.name('door/v1.0.0.bin', sha256)).toBe(true);
    expect(await images.name('door/v1.0.0.bin', sha256)).toBe(true);
    expect(await readFile(join(dir, 'door/v1.0.0.bin'), 'utf8')).toBe('one');
    expect(await images.lookup('door/v1.0.0.bin')).toMatchObject({ sha256, size: 3 });
    expect((await stat(images.pathOf(sha256))).nlink).toBe(without ? 1 : 2);
  });

  it('keep their first bytes', async () => {
    const [one, other] = [await store('one'), await store('other')];
    await images.name('door/v1.0.0.bin', one);
    expect(await images.name('door/v1.0.0.bin', other)).toBe(false);
    expect(await images.lookup('door/v1.0.0.bin')).toMatchObject({ sha256: one });
    expect(await readdir(join(dir, 'door'))).toEqual(['v1.0.0.bin']);
    expect(await readdir(join(dir, '.tmp'))).toEqual([]);
  });

  it('go to one of those who want them at once', async () => {
    const digests = await Promise.all(['a', 'b', 'c', 'd'].map(store));
    const given = await Promise.all(digests.map((d) => images.name('door/v2.0.0.bin', d)));
    const found = await images.lookup('door/v2.0.0.bin');
    expect(given[digests.indexOf(found!.sha256)]).toBe(true);
    if (!without) expect(given.filter(Boolean)).toHaveLength(1);
  });

  it('replace damaged content by fresh bytes', async () => {
    const sha256 = await store('whole');
    await writeFile(images.pathOf(sha256), 'who');
    expect(await images.has(sha256, 5)).toBe(false);
    await store('whole');
    expect(await readFile(images.pathOf(sha256), 'utf8')).toBe('whole');
  });
});

it('takes in what somebody put under a public name by hand', async () => {
  await mkdir(join(dir, 'door'));
  await writeFile(join(dir, 'door/v3.0.0.bin'), 'by hand');
  const found = await images.lookup('door/v3.0.0.bin');
  expect(found).toMatchObject({ size: 7 });
  expect(await images.has(found!.sha256, 7)).toBe(true);
  // A copy: whoever edits the file later does not change what was registered.
  await writeFile(join(dir, 'door/v3.0.0.bin'), 'edited!');
  expect(await readFile(images.pathOf(found!.sha256), 'utf8')).toBe('by hand');
});

const BAD = [
  '../x/v1.bin',
  'door/../x.bin',
  '..',
  'door',
  'door/',
  '/door/v1.bin',
  '/etc/passwd',
  'door/v1.bin/x',
  'door//v1.bin',
  './v1.bin',
  '.sha256/aa',
  '.tmp/x',
  'door/.hidden',
  'door\\v1.bin',
  'C:/v1.bin',
  'door/v1.bin\0',
  'door/%2e%2e',
  `door/${'v'.repeat(200)}`,
  '',
];

it.each(BAD)('refuses %j as a public name', async (name) => {
  const sha256 = await store('x');
  expect(isPublicName(name)).toBe(false);
  expect(await images.lookup(name)).toBeUndefined();
  await expect(images.name(name, sha256)).rejects.toThrow('no name of an image');
});

it('finds nothing where nothing is', async () => {
  expect(await images.lookup('door/v9.bin')).toBeUndefined();
  await mkdir(join(dir, 'door/folder.bin'), { recursive: true });
  expect(await images.lookup('door/folder.bin')).toBeUndefined();
  expect(await images.has('../../etc/passwd', 1)).toBe(false);
});
