import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAppDesc } from './app-desc.ts';
import { hex } from './bytes.ts';
import { CHIPS, chipName, SIMULATOR_CHIP_FLAG } from './chips.ts';
import {
  type BuildImageOptions,
  buildImage,
  parseImage,
  rebuildImage,
  SPI_MODES,
  verifyImage,
} from './esp-image.ts';
import { type SegmentKind, segmentKind } from './memory-map.ts';
import { readImageFields } from './testing/independent/esp-image.ts';
import { fixture, SEED } from './testing/support.ts';

/** Load addresses of an ordinary app: esptool's memory maps (espressif/esptool targets) and ESP-IDF's
 * linker scripts. The first is flash-mapped data, the second flash-mapped code. */
const LAYOUTS: Record<string, [address: number, kind: SegmentKind][]> = {
  ESP32: [
    [0x3f400020, 'drom'],
    [0x400d0020, 'irom'],
    [0x3ffb0000, 'dram'],
    [0x40080000, 'iram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-S2': [
    [0x3f000020, 'drom'],
    [0x40080020, 'irom'],
    [0x3ffc0000, 'dram'],
    [0x40022000, 'iram'],
    [0x40070000, 'rtc'],
  ],
  'ESP32-C3': [
    [0x3c000020, 'drom'],
    [0x42000020, 'irom'],
    [0x3fc80000, 'dram'],
    [0x40380000, 'iram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-S3': [
    [0x3c000020, 'drom'],
    [0x42000020, 'irom'],
    [0x3fc90000, 'dram'],
    [0x40374000, 'iram'],
    [0x600fe000, 'rtc'],
  ],
  'ESP32-C2': [
    [0x3c000020, 'drom'],
    [0x42000020, 'irom'],
    [0x3fca0000, 'dram'],
    [0x4037c000, 'iram'],
  ],
  'ESP32-C6': [
    [0x42800020, 'flash'],
    [0x42000020, 'flash'],
    [0x40800000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-H2': [
    [0x42800020, 'flash'],
    [0x42000020, 'flash'],
    [0x40800000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-P4': [
    [0x40000020, 'flash'],
    [0x42000020, 'flash'],
    [0x4ff00000, 'ram'],
    [0x50108000, 'rtc'],
  ],
  'ESP32-C61': [
    [0x42000020, 'flash'],
    [0x43000020, 'flash'],
    [0x40800000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-C5': [
    [0x42000020, 'flash'],
    [0x43000020, 'flash'],
    [0x40800000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-H21': [
    [0x42800020, 'flash'],
    [0x42000020, 'flash'],
    [0x40800000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-H4': [
    [0x42800020, 'flash'],
    [0x42000020, 'flash'],
    [0x40810000, 'ram'],
    [0x50000000, 'rtc'],
  ],
  'ESP32-S31': [
    [0x40000020, 'flash'],
    [0x42000020, 'flash'],
    [0x2f000000, 'ram'],
    [0x2e000000, 'rtc'],
  ],
};
const CHIP_IDS = CHIPS.flatMap(({ id }) => [id, id | SIMULATOR_CHIP_FLAG]);

function appFor(chip: { name: string; id: number }, chipId = chip.id): Uint8Array {
  const segments = LAYOUTS[chip.name]!.map(([loadAddress], i) => {
    const data = new Uint8Array(i === 0 ? 512 : 64 * i).fill(i);
    if (i === 0) data.set(buildAppDesc({ version: '1.2.3', projectName: 'app' }));
    return { loadAddress, data };
  });
  return buildImage({ chipId, entryAddress: segments[2]!.loadAddress, segments });
}

describe.each(CHIPS.map((chip) => [chip.name, chip] as const))('%s', (_, chip) => {
  test('an app with a segment of each kind is built, parsed, and accepted at its place in flash', () => {
    for (const chipId of [chip.id, chip.id | SIMULATOR_CHIP_FLAG]) {
      const bytes = appFor(chip, chipId);
      const image = parseImage(bytes);
      expect(image.appDesc).toMatchObject({ version: '1.2.3', projectName: 'app' });
      const kinds = image.segments.filter(({ kind }) => kind !== 'padding').map(({ kind }) => kind);
      expect(kinds).toEqual(LAYOUTS[chip.name]!.map(([, kind]) => kind));
      const place = {
        chipId: chip.id,
        flashOffset: 0x110000,
        maxLength: 0x100000,
        wholeFile: true,
      };
      expect(verifyImage(bytes, place).problems).toEqual([]);
      expect(verifyImage(bytes, { ...place, flashOffset: 0x111000 }).problems[0]?.code).toBe(
        'segment-mapping',
      );
    }
  });

  test('no other chip takes its images', () => {
    const bytes = appFor(chip);
    for (const other of CHIPS) {
      const codes = verifyImage(bytes, { chipId: other.id }).problems.map((p) => p.code);
      expect(codes, chipName(other.id)).toEqual(other.id === chip.id ? [] : ['chip-id']);
    }
  });

  test('addresses below 0x10000000 are padding, and one beside all memory is unknown', () => {
    expect([0, 0x20, 0x0fffffff].map((at) => segmentKind(chip.id, at))).toEqual([
      'padding',
      'padding',
      'padding',
    ]);
    expect(segmentKind(chip.id, 0xfffffff0)).toBe('unknown');
  });
});

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u8 = fc.nat({ max: 0xff });
const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffffffff });
const segment = fc.record({
  loadAddress: u32,
  data: fc
    .array(u32, { maxLength: 80 })
    .map((list) => new Uint8Array(Uint32Array.from(list).buffer)),
});
const options: fc.Arbitrary<BuildImageOptions> = fc.record({
  chipId: fc.constantFrom(...CHIP_IDS, 0xffff, 0x55),
  entryAddress: u32,
  segments: fc.array(segment, { maxLength: 16 }),
  minChipRev: u8,
  minChipRevFull: u16,
  maxChipRevFull: u16,
  spiMode: fc.constantFrom(...SPI_MODES),
  flashSizeMB: fc.integer({ min: 0, max: 7 }).map((n) => 2 ** n),
  wpPin: u8,
  spiPinDrv: fc.tuple(u8, u8, u8),
  reserved: bytesOf(4),
  hashAppended: fc.boolean(),
  alignMapped: fc.constant(false),
});

describe('built images', () => {
  test('an independent reader sees the fields that were given', () => {
    fc.assert(
      fc.property(options, (given) => {
        const seen = readImageFields(buildImage(given));
        expect(seen).toMatchObject({
          magic: 0xe9,
          spiMode: SPI_MODES.indexOf(given.spiMode!),
          spiSize: Math.log2(given.flashSizeMB!),
          entryAddr: given.entryAddress,
          wpPin: given.wpPin,
          spiPinDrv: given.spiPinDrv,
          chipId: given.chipId,
          minChipRev: given.minChipRev,
          minChipRevFull: given.minChipRevFull,
          maxChipRevFull: given.maxChipRevFull,
          reserved: hex(given.reserved!),
          hashAppended: given.hashAppended ? 1 : 0,
        });
        expect(seen.segments.map(({ loadAddress, data }) => [loadAddress, data])).toEqual(
          given.segments.map(({ loadAddress, data }) => [loadAddress, hex(data)]),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('the parser sees what an independent reader sees, field by field', () => {
    const agree = (bytes: Uint8Array) => {
      const { segments, app, ...fields } = readImageFields(bytes);
      const image = parseImage(bytes);
      const { reserved, appDesc } = image;
      expect({ ...image, reserved: hex(reserved) }).toMatchObject(fields);
      expect(image.segments).toMatchObject(segments.map(({ data: _, ...rest }) => rest));
      expect(image.segments.map(({ data }) => hex(data))).toEqual(segments.map(({ data }) => data));
      expect(
        appDesc && {
          secureVersion: appDesc.secureVersion,
          version: appDesc.version,
          project: appDesc.projectName,
          elf: hex(appDesc.appElfSha256),
          mmuPage: appDesc.mmuPageSize,
        },
      ).toEqual(app);
    };
    for (const name of ['sample.bin', 'sample-signed-rsa.bin']) agree(fixture(name));
    for (const chip of CHIPS) agree(appFor(chip));
    fc.assert(
      fc.property(options, (given) => agree(buildImage(given))),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('build of parse gives the same bytes, and parse of build the same image', () => {
    const both = (bytes: Uint8Array) => {
      const image = parseImage(bytes);
      expect(rebuildImage(image)).toEqual(bytes);
      expect(parseImage(rebuildImage(image))).toEqual(image);
    };
    both(fixture('sample.bin'));
    for (const chip of CHIPS) both(appFor(chip));
    const raw = fc.record({ mode: u8, speedAndSize: u8, appended: fc.constantFrom(1, 2, 255) });
    fc.assert(
      fc.property(options, raw, (given, { mode, speedAndSize, appended }) => {
        const bytes = buildImage({ ...given, hashAppended: false });
        both(bytes.with(2, mode).with(3, speedAndSize));
        const image = parseImage(bytes);
        both(rebuildImage({ ...image, hashAppended: appended }));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
