import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../simulator/net/certificate.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { DirectBench, type DirectOptions, MINUTE, md5Of } from './bench.ts';
import { clientFirmware } from './firmware.ts';
import { EPOCH_MS, ServerBed } from './server-bed.ts';

const NOW = EPOCH_MS / 1000;
const DAY = 86_400;
const GOOD: Certificate = {
  names: ['ota.test'],
  issuer: 'public',
  notBefore: NOW - DAY,
  notAfter: NOW + 90 * DAY,
};

let old: Uint8Array;
let target: Uint8Array;
let bed: ServerBed;
let plainLinks: ServerBed;
beforeAll(async () => {
  old = (await clientFirmware('1.0.0')).image;
  target = (await clientFirmware('2.0.0')).image;
  bed = await ServerBed.open([target], { publicUrl: 'https://ota.test' });
  plainLinks = await ServerBed.open([target], { publicUrl: 'http://ota.test' });
}, 600_000);
afterAll(async () => {
  closeCompilers();
  await bed?.close();
  await plainLinks?.close();
});

const open = (options: Partial<DirectOptions>) =>
  DirectBench.open({
    image: old,
    bed,
    serverUrl: 'https://ota.test',
    certificate: GOOD,
    ...options,
  });

/** For ten minutes nothing is installed and nothing crashes. */
async function stays(bench: DirectBench): Promise<void> {
  expect(await bench.until(() => bench.arrived(target), 10 * MINUTE), bench.story()).toBe(false);
  expect(bench.booted, bench.story()).toEqual([md5Of(old)]);
}

async function arrives(bench: DirectBench): Promise<void> {
  expect(await bench.until(() => bench.arrived(target), 40 * MINUTE), bench.story()).toBe(true);
}

describe('row 9: certificates', () => {
  it('a good one: the update arrives over https', async () => {
    const bench = await open({});
    bench.powerOn();
    await arrives(bench);
  });

  it.each<[string, Partial<Certificate>, RegExp]>([
    ['expired', { notAfter: NOW - 1 }, /certificate has expired/],
    ['not valid yet', { notBefore: NOW + DAY }, /not valid yet/],
    ['for another name', { names: ['other.test'] }, /another host name/],
    [
      'of an unknown authority',
      { issuer: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      /no CA that this device trusts/,
    ],
  ])(
    'one that is %s: nothing is asked; a new one on the server, and the update arrives',
    async (_, change, says) => {
      const bench = await open({ certificate: { ...GOOD, ...change } });
      bench.powerOn();
      await stays(bench);
      expect(bench.requests).toEqual([]);
      expect(bench.story()).toMatch(says);
      bench.world.certificate = GOOD;
      await arrives(bench);
    },
  );

  it('a clock that is not set: refused as not valid yet, until the time server answers', async () => {
    const bench = await open({});
    bench.world.timeServer = () => undefined;
    bench.powerOn();
    await stays(bench);
    expect(bench.requests).toEqual([]);
    expect(bench.story()).toMatch(/is the clock set\?/);
    bench.world.timeServer = () => bench.world.clock.now();
    bench.board.pressReset();
    const there = await bench.until(() => bench.arrived(target), 40 * MINUTE);
    expect(there, bench.story()).toBe(true);
  });

  it('links that leave https are not followed', async () => {
    const bench = await open({ bed: plainLinks });
    bench.powerOn();
    await stays(bench);
    expect(bench.log.downloads).toEqual([]);
  });
});

describe('row 8: memory', () => {
  it('no memory for a handshake for ten minutes: a clean failure each time, then the update arrives', async () => {
    const bench = await open({});
    bench.powerOn();
    await bench.until(() => bench.world.kernel.now > 1_000_000, MINUTE);
    bench.board.failAllocation = (_nth, bytes) => bytes >= 1024;
    await stays(bench);
    expect(bench.board.resets).toHaveLength(1);
    bench.board.failAllocation = undefined;
    await arrives(bench);
  });

  it('one allocation that fails, whichever it is: the update arrives', async () => {
    for (const which of [1, 2, 3, 5, 8, 13, 21, 34, 55]) {
      const bench = await open({ bed: plainLinks, serverUrl: 'http://ota.test' });
      bench.powerOn();
      await bench.until(() => bench.world.kernel.now > 1_000_000, MINUTE);
      let count = 0;
      bench.board.failAllocation = () => ++count === which;
      const there = await bench.until(() => bench.arrived(target), 40 * MINUTE);
      expect(there, `allocation ${which}: ${bench.story()}`).toBe(true);
      expect(count).toBeGreaterThanOrEqual(which);
    }
  });
});
