// What the client says of a server's certificate, that it fetches nothing from one it does not trust, and that it comes back.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../simulator/net/certificate.ts';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { DirectBench, MINUTE } from '../direct/bench.ts';
import { clientFirmware } from '../direct/firmware.ts';
import { serial } from '../support/bench.ts';

const DAY_S = 86_400;
/** 2026-01-01T00:00:00Z, when every world begins. */
const NOW_S = 1_767_225_600;

const GOOD: Certificate = {
  names: ['ota.test'],
  issuer: 'public',
  notBefore: NOW_S - 30 * DAY_S,
  notAfter: NOW_S + 30 * DAY_S,
};

const BAD: [string, Partial<Certificate>, string][] = [
  ['expired', { notAfter: NOW_S - DAY_S }, 'the certificate has expired'],
  ['not valid yet', { notBefore: NOW_S + DAY_S }, 'the certificate is not valid yet'],
  ['for another host', { names: ['www.example.org'] }, 'for another host name'],
  ['of an unknown CA', { issuer: 'a private CA' }, 'no CA that this device trusts'],
];

const images: Uint8Array[] = [];
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

beforeAll(async () => {
  for (const version of ['1.0.0', '2.0.0']) images.push((await clientFirmware(version)).image);
}, 600_000);
afterAll(() => closeCompilers());

describe('a certificate', () => {
  it.each(BAD)(
    '%s is refused, said in the log, and no obstacle once it is renewed',
    async (_, part, words) => {
      const [old, next] = images as [Uint8Array, Uint8Array];
      const serverUrl = 'https://ota.test';
      const bench = await DirectBench.open({ image: old, releases: [next], serverUrl });
      try {
        bench.world.certificate = { ...GOOD, ...part };
        bench.powerOn();
        await bench.until(() => serial(bench.board).includes('TLS: '), 10 * MINUTE);
        expect(serial(bench.board)).toContain(words);
        expect(serial(bench.board)).toContain('check: OTA_ERR_TLS, next try in');
        expect(bench.requests).toEqual([]);
        bench.world.certificate = GOOD;
        await bench.until(() => bench.booted.at(-1) === md5(next), 10 * MINUTE);
        expect(bench.booted, bench.story()).toEqual([md5(old), md5(next)]);
      } finally {
        await bench.close();
      }
    },
    120_000,
  );

  it('is not valid yet while the clock is not set, which mends itself when the time server answers', async () => {
    const [old, next] = images as [Uint8Array, Uint8Array];
    const serverUrl = 'https://ota.test';
    const bench = await DirectBench.open({ image: old, releases: [next], serverUrl });
    try {
      const answers = bench.world.timeServer;
      bench.world.certificate = GOOD;
      bench.world.timeServer = () => undefined;
      bench.powerOn();
      await bench.until(() => serial(bench.board).includes('TLS: '), 10 * MINUTE);
      expect(serial(bench.board)).toContain('is the clock set?');
      expect(bench.requests).toEqual([]);
      bench.world.timeServer = answers;
      await bench.until(() => bench.booted.at(-1) === md5(next), 60 * MINUTE);
      expect(bench.booted, bench.story()).toEqual([md5(old), md5(next)]);
    } finally {
      await bench.close();
    }
  }, 120_000);
});
