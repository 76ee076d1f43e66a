import { expect, test } from 'vitest';
import {
  CHIPS,
  chipAccepts,
  chipName,
  findChip,
  isSimulatorChip,
  realChipId,
  SIMULATOR_CHIP_FLAG,
} from './chips.ts';
import { isMapped, segmentKind } from './memory-map.ts';

test('ids and names of ESP_FORMATS §3', () => {
  expect(CHIPS.map((chip) => [chip.id, chip.name])).toEqual([
    [0, 'ESP32'],
    [2, 'ESP32-S2'],
    [5, 'ESP32-C3'],
    [9, 'ESP32-S3'],
    [0x0c, 'ESP32-C2'],
    [0x0d, 'ESP32-C6'],
    [0x10, 'ESP32-H2'],
    [0x12, 'ESP32-P4'],
    [0x14, 'ESP32-C61'],
    [0x17, 'ESP32-C5'],
    [0x19, 'ESP32-H21'],
    [0x1c, 'ESP32-H4'],
    [0x20, 'ESP32-S31'],
  ]);
});

test('a simulator chip is named as one, and 0xFFFF is none', () => {
  expect(chipName(SIMULATOR_CHIP_FLAG)).toBe('ESP32 (simulator)');
  expect(chipName(0x8009)).toBe('ESP32-S3 (simulator)');
  expect(chipName(0x55)).toBe('unknown chip 0x0055');
  expect(chipName(0xffff)).toBe('no chip');
  expect([isSimulatorChip(0x8000), isSimulatorChip(0), isSimulatorChip(0xffff)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(realChipId(0x8005)).toBe(5);
  expect(findChip(0x8005)?.name).toBe('ESP32-C3');
});

test('a board takes its own images, real and simulated, and no others', () => {
  expect(chipAccepts(0, 0)).toBe(true);
  expect(chipAccepts(0, 0x8000)).toBe(true);
  expect(chipAccepts(0, 5)).toBe(false);
  expect(chipAccepts(0, 0x8005)).toBe(false);
  expect(chipAccepts(0x8000, 0)).toBe(false);
});

test('memory kinds by chip', () => {
  expect(segmentKind(0, 0x3f400020)).toBe('drom');
  expect(segmentKind(0x8000, 0x400d0020)).toBe('irom');
  expect(segmentKind(0, 0x3ffb0000)).toBe('dram');
  expect(segmentKind(0, 0x40080000)).toBe('iram');
  expect(segmentKind(0, 0x50000000)).toBe('rtc');
  expect(segmentKind(0, 0)).toBe('padding');
  expect(segmentKind(5, 0x42000020)).toBe('irom');
  expect(segmentKind(0x0d, 0x42000020)).toBe('flash');
  expect(segmentKind(0x0d, 0x40800000)).toBe('ram');
  expect(segmentKind(0x12, 0x4ff00000)).toBe('ram');
  expect(segmentKind(0x55, 0x42000020)).toBe('unknown');
  expect([isMapped(0, 'drom'), isMapped(0, 'psram'), isMapped(0x12, 'psram')]).toEqual([
    true,
    false,
    true,
  ]);
});

test('every known chip maps some flash', () => {
  for (const { id } of CHIPS) {
    const kinds = [0x3c000020, 0x3f400020, 0x42000020, 0x40000020].map((a) => segmentKind(id, a));
    expect(kinds.some((kind) => isMapped(id, kind))).toBe(true);
  }
});
