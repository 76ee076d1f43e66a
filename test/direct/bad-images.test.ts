import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { verifyImage } from '../../tools/formats/esp-image.ts';
import { DirectBench, MINUTE, md5Of } from './bench.ts';
import { clientFirmware } from './firmware.ts';
import { journalOf } from './journal.ts';

const SLOT_SIZE = 0x1d0000;
const OTHER_SLOT = 0x1f0000;

let old: Uint8Array;
let good: Uint8Array;
let next: Uint8Array;
beforeAll(async () => {
  old = (await clientFirmware('1.0.0')).image;
  good = (await clientFirmware('2.0.0')).image;
  next = (await clientFirmware('2.1.0')).image;
}, 600_000);
afterAll(closeCompilers);

/** A copy with some bytes changed; `whole` makes its appended SHA-256 right again. */
function changed(edits: Record<number, number[]>, whole = true): Uint8Array {
  const image = good.slice();
  for (const [at, bytes] of Object.entries(edits)) {
    const offset = Number(at);
    image.set(bytes, offset < 0 ? image.length + offset : offset);
  }
  if (whole)
    image.set(createHash('sha256').update(image.subarray(0, -32)).digest(), image.length - 32);
  return image;
}

const text = (value: string) => [...Buffer.from(value.padEnd(32, '\0'))];
/** Of the descriptor, which begins behind the headers of image and first segment. */
const VERSION = 32 + 16;
const PROJECT = VERSION + 32;

interface BadImage {
  name: string;
  image: () => Uint8Array;
  /** Seen in the first bytes or in the offer: nothing is erased for it. */
  early: boolean;
}

const BAD: BadImage[] = [
  { name: 'for another chip (ESP32-S3)', image: () => changed({ 12: [0x09, 0x80] }), early: true },
  {
    name: 'for a later revision of the chip (9.9)',
    image: () => changed({ 15: [0xdd, 0x03] }),
    early: true,
  },
  {
    name: 'of another project',
    image: () => changed({ [PROJECT]: text('other_app') }),
    early: true,
  },
  {
    name: 'that calls itself another version',
    image: () => changed({ [VERSION]: text('9.9.9') }),
    early: true,
  },
  { name: 'without an image’s magic', image: () => changed({ 0: [0xea] }), early: true },
  {
    name: 'of an ESP8266',
    image: () =>
      Uint8Array.from({ length: 20_000 }, (_, i) => [0xe9, 4, 2, 0x40][i] ?? (i * 7) & 255),
    early: true,
  },
  {
    name: 'larger than the slot',
    image: () => {
      const big = new Uint8Array(SLOT_SIZE + 4096);
      big.set(good);
      return big;
    },
    early: true,
  },
  { name: 'smaller than an image’s head', image: () => good.slice(0, 100), early: true },
  { name: 'cut off', image: () => good.slice(0, Math.floor(good.length * 0.6)), early: false },
  {
    name: 'with a wrong checksum',
    image: () => changed({ [-33]: [good.at(-33)! ^ 1] }),
    early: false,
  },
  {
    name: 'with a wrong SHA-256',
    image: () => changed({ [-1]: [good.at(-1)! ^ 1] }, false),
    early: false,
  },
  {
    name: 'with a segment longer than the file',
    image: () => changed({ 28: [0, 0, 0x10, 0] }),
    early: false,
  },
];

async function refuse({ image, early }: BadImage): Promise<void> {
  const bench = await DirectBench.open({ image: old });
  try {
    const bad = await bench.publish(image(), '2.0.0');
    const journal = journalOf(bench, () => 0);
    bench.powerOn();
    await bench.until(() => false, 45 * MINUTE);
    const story = bench.story();
    expect(bench.booted, story).toEqual([md5Of(old)]);
    const failed = (await bench.rows()).filter((row) => row.status === 'failed');
    expect(failed.length, story).toBeGreaterThan(0);
    expect(failed[0]!.error_message, story).toMatch(/\w/);
    expect(
      bench.log.downloads.filter((seen) => seen.firmware === bad && seen.from === 0).length,
      story,
    ).toBeLessThan(3);
    const erased = journal.entries.some(
      (entry) => !entry.data && entry.offset >= OTHER_SLOT && entry.offset < OTHER_SLOT + SLOT_SIZE,
    );
    expect(erased, story).toBe(!early);
    await bench.publish(next);
    expect(await bench.until(() => bench.arrived(next), 30 * MINUTE), bench.story()).toBe(true);
  } finally {
    await bench.close();
  }
}

describe('an image is refused, reported, not tried a third time, and a good one follows', () => {
  it.each(BAD.map((bad) => [bad.name, bad] as const))('one %s', (_, bad) => refuse(bad), 120_000);
});

/** The same release with another time of its build: whole, of the same size and version, but not the file that is offered. */
function builtAgain(): Uint8Array {
  const time = PROJECT + 32;
  // The same bit twice leaves the checksum as it was.
  return changed({ [time]: [good[time]! ^ 1, good[time + 1]! ^ 1] });
}

it('a whole image that is not the one offered: only the offer’s SHA-256 tells', async () => {
  const other = builtAgain();
  expect(verifyImage(other).ok).toBe(true);
  const bench = await DirectBench.open({ image: old, releases: [good] });
  try {
    const { server } = bench;
    bench.serve(async (request, caller) => {
      if (!request.url.includes('/download/')) return server.exchange(request, caller);
      const headers = { 'content-type': 'application/octet-stream' };
      return new Response(new Uint8Array(other), { headers });
    });
    bench.powerOn();
    await bench.until(() => false, 45 * MINUTE);
    expect(bench.booted, bench.story()).toEqual([md5Of(old)]);
    expect((await bench.rows())[0], bench.story()).toMatchObject({
      status: 'failed',
      error_message: 'OTA_ERR_HASH',
    });
    expect(bench.log.downloads, bench.story()).toHaveLength(2);
    bench.serve((request, caller) => server.exchange(request, caller));
    await bench.publish(next);
    expect(await bench.until(() => bench.arrived(next), 30 * MINUTE), bench.story()).toBe(true);
  } finally {
    await bench.close();
  }
}, 120_000);
