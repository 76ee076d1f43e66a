import { describe, expect, test } from 'vitest';
import { buildAppDesc } from './app-desc.ts';
import {
  type BuildImageOptions,
  buildImage,
  type VerifyImageOptions,
  verifyImage,
} from './esp-image.ts';
import { fixture, survives } from './testing/support.ts';

const appSegment = (chip: Partial<Parameters<typeof buildAppDesc>[0]> = {}) => ({
  loadAddress: 0x3f400020,
  data: buildAppDesc({ version: '1.0.0', projectName: 'demo', ...chip }),
});
const code = { loadAddress: 0x40080000, data: new Uint8Array(40).fill(0x5a) };
const build = (options: Partial<BuildImageOptions> = {}) =>
  buildImage({ chipId: 0, entryAddress: 0x40080000, segments: [appSegment(), code], ...options });
const codes = (bytes: Uint8Array, options?: VerifyImageOptions) =>
  verifyImage(bytes, options).problems.map((problem) => problem.code);

describe('verifyImage', () => {
  test('a sound image passes, signed or not', () => {
    const options = { chipId: 0, chipRevision: 301, maxLength: 0x10000, wholeFile: true };
    expect(verifyImage(build(), options)).toMatchObject({ ok: true, problems: [] });
    for (const name of ['sample.bin', 'sample-signed-rsa.bin', 'sample-signed-ec.bin']) {
      expect(codes(fixture(name), options)).toEqual([]);
    }
  });

  test('any single flipped byte in segments, padding, checksum or hash is found', () => {
    const bytes = build();
    for (let at = 24; at < bytes.length; at++) {
      const damaged = bytes.with(at, bytes[at]! ^ 0x40);
      expect(verifyImage(damaged, { chipId: 0 }).ok, `byte ${at}`).toBe(false);
    }
  });

  test('any single flipped bit in the header of a whole file is found', () => {
    const bytes = build();
    for (let bit = 0; bit < 24 * 8; bit++) {
      const at = bit >> 3;
      const damaged = bytes.with(at, bytes[at]! ^ (1 << (bit & 7)));
      expect(verifyImage(damaged, { chipId: 0, wholeFile: true }).ok, `bit ${bit}`).toBe(false);
    }
  });

  test('a lost hash flag passes the bootloader, and is found in a whole file', () => {
    const bytes = build().with(23, 0);
    expect(codes(bytes)).toEqual([]);
    expect(codes(bytes, { wholeFile: true })).toEqual(['trailing-bytes']);
  });

  test('chip id: the board takes its own and the simulator form of it', () => {
    expect(codes(build({ chipId: 0x8000 }), { chipId: 0 })).toEqual([]);
    expect(codes(build({ chipId: 5, segments: [appSegment()] }), { chipId: 0 })).toEqual([
      'chip-id',
    ]);
    expect(verifyImage(build({ chipId: 0x8005 }), { chipId: 0 }).problems[0]).toMatchObject({
      code: 'chip-id',
      offset: 12,
      message: 'the image is for ESP32-C3 (simulator), the board is ESP32',
    });
  });

  test('chip revision: minimum always, maximum where set and not for bootloaders', () => {
    const bytes = build({ minChipRevFull: 100, maxChipRevFull: 199 });
    expect(codes(bytes, { chipRevision: 100 })).toEqual([]);
    expect(codes(bytes, { chipRevision: 99 })).toEqual(['chip-revision-min']);
    expect(codes(bytes, { chipRevision: 200 })).toEqual(['chip-revision-max']);
    expect(codes(bytes, { chipRevision: 200, kind: 'bootloader' })).toEqual([]);
    for (const maxChipRevFull of [0, 0xffff]) {
      expect(codes(build({ maxChipRevFull }), { chipRevision: 300 })).toEqual([]);
    }
  });

  test('eFuse block revision: from the app descriptor, not on ESP32', () => {
    const segments = [appSegment({ minEfuseBlkRevFull: 101, maxEfuseBlkRevFull: 199 })];
    const c3 = build({ chipId: 5, segments });
    expect(codes(c3, { efuseBlockRevision: 101 })).toEqual([]);
    expect(codes(c3, { efuseBlockRevision: 100 })).toEqual(['efuse-block-revision']);
    expect(codes(c3, { efuseBlockRevision: 200 })).toEqual(['efuse-block-revision']);
    expect(codes(build({ segments }), { efuseBlockRevision: 100 })).toEqual([]);
  });

  test('segments: length, descriptor, count', () => {
    expect(codes(build({ segments: [code] }))).toEqual(['segment0-short']);
    expect(codes(build({ segments: [code] }), { kind: 'bootloader' })).toEqual([]);
    expect(codes(build({ segments: [] }))).toEqual(['segment-count']);
    const bare = { loadAddress: 0x42000020, data: new Uint8Array(256) };
    expect(codes(build({ chipId: 0x0d, segments: [bare] }))).toEqual(['app-desc-missing']);
    expect(codes(build({ chipId: 5, segments: [bare] }))).toEqual([]);
  });

  test('an odd segment length is named, though the image can be followed', () => {
    const bytes = build({ segments: [appSegment(), { ...code, data: new Uint8Array(4) }] });
    bytes[24 + 8 + 256 + 4] = 3;
    expect(codes(bytes)).toContain('segment-length');
  });

  test('mapped segments agree with their place in flash', () => {
    expect(codes(build(), { flashOffset: 0x10000 })).toEqual([]);
    expect(codes(build(), { flashOffset: 0x11000 })).toEqual(['segment-mapping']);
    expect(codes(fixture('sample.bin'), { flashOffset: 0x10000 })).toEqual(['segment-mapping']);
    const c6 = (mmuPageSize: number) =>
      build({
        chipId: 0x0d,
        segments: [{ ...appSegment({ mmuPageSize }), loadAddress: 0x42000020 }],
      });
    expect(codes(c6(15), { flashOffset: 0x8000 })).toEqual([]);
    expect(codes(c6(16), { flashOffset: 0x8000 })).toEqual(['segment-mapping']);
  });

  test('length: the partition, and what 24-bit flash addresses reach', () => {
    const bytes = build();
    expect(codes(bytes, { maxLength: bytes.length })).toEqual([]);
    expect(codes(bytes, { maxLength: bytes.length - 1 })).toEqual(['does-not-fit']);
    expect(codes(bytes, { maxLength: 0x1000001 })).toEqual(['partition-too-large']);
  });

  test('a bootloader whose header was patched keeps a stale hash and passes', () => {
    const bytes = build().with(2, 0);
    expect(codes(bytes)).toEqual(['hash']);
    expect(codes(bytes, { kind: 'bootloader' })).toEqual([]);
  });

  test('all problems are told, not the first only', () => {
    const bytes = build({ chipId: 5, minChipRevFull: 500, segments: [code, appSegment()] });
    bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
    expect(codes(bytes, { chipId: 0, chipRevision: 0, maxLength: 100 })).toEqual([
      'chip-id',
      'chip-revision-min',
      'segment0-short',
      'does-not-fit',
      'hash',
    ]);
  });

  test('bytes that are no image give a verdict, not an exception', () => {
    expect(verifyImage(new Uint8Array(0))).toEqual({
      ok: false,
      problems: [expect.objectContaining({ code: 'image-empty' })],
    });
    survives(build(), (bytes) =>
      expect(verifyImage(bytes).problems.length).toBeGreaterThanOrEqual(0),
    );
  });
});
