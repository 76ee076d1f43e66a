import { describe, expect, test } from 'vitest';
import { readRevision, revisionText } from './revision.ts';
import { parseSecurityInfo } from './security-info.ts';

/** Registers by address; others are 0. */
const chip = (registers: Record<number, number>) => async (address: number) =>
  registers[address] ?? 0;

describe('chip revisions', () => {
  test.each([
    ['ESP32', { 1073061900: 1 << 15, 1073061908: (1 << 20) | (1 << 24), 1073111164: 2 ** 31 }, 301],
    ['ESP32', { 1073061900: 1 << 15 }, 100],
    ['ESP32-S2', { 1061265488: 1 << 18 }, 100],
    ['ESP32-C3', { 1610647632: 4 << 18, 1610647640: 1 << 24 }, 104],
    ['ESP32-C3', { 1610647632: 1 << 18, 1610647640: 1 << 23 }, 9],
    ['ESP32-S3', { 1610641488: 2 << 18 }, 2],
    ['ESP32-C6', { 1611335760: (1 << 22) | (2 << 18) }, 102],
    ['ESP32-H2', { 1611335760: (1 << 21) | (2 << 18) }, 102],
    ['ESP32-P4', { 1343410252: (3 << 4) | 1 }, 301],
    ['ESP32-P4', { 1343410252: (1 << 23) | 2 }, 402],
  ] as const)('%s', async (name, registers, revision) => {
    expect(await readRevision(name, chip(registers))).toBe(revision);
  });

  test('the first S3 has other things in those bits', async () => {
    const first = { 1610641496: 3 << 24, 1610641488: 1 << 24, 1610641516: 1 };
    expect(await readRevision('ESP32-S3', chip(first))).toBe(0);
    expect(await readRevision('ESP32-S3', chip({ ...first, 1610641516: 0 }))).toBe(300);
  });

  test('a chip whose places are not known', async () => {
    expect(await readRevision('ESP32-X9', chip({}))).toBeUndefined();
    expect(revisionText(301)).toBe('v3.1');
  });
});

describe('security info', () => {
  test('of 20 bytes, and the 12 of an S2', () => {
    const body = Uint8Array.of(
      5,
      0,
      0,
      0,
      7,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      9,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    );
    const info = parseSecurityInfo(body);
    expect(info).toMatchObject({
      chipId: 9,
      apiVersion: 2,
      flashCryptCount: 7,
      flashEncryption: true,
    });
    expect(info.flags).toMatchObject({
      secureBoot: true,
      secureDownload: true,
      disabledUsb: false,
    });
    expect(parseSecurityInfo(body.subarray(0, 16))).toMatchObject({ chipId: undefined });
  });
});
