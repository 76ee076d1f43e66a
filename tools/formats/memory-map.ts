import { chipName, realChipId } from './chips.ts';
import { FormatError } from './errors.ts';

/**
 * What kind of memory a segment is loaded to or mapped at.
 * `drom`, `irom`: flash mapped for data, for code; `flash`: one range for both, as on newer RISC-V
 * chips; `dram`, `iram`: internal RAM by bus; `ram`: one range for both; `padding`: an address below
 * 0x10000000, not loaded at all.
 */
export type SegmentKind =
  | 'drom'
  | 'irom'
  | 'flash'
  | 'dram'
  | 'iram'
  | 'ram'
  | 'rtc'
  | 'psram'
  | 'padding'
  | 'unknown';

type Range = readonly [low: number, high: number, kind: SegmentKind];

/** ESP-IDF components/soc/<chip>/.../soc.h and ext_mem_defs.h; the first match counts. */
const MAPS: Record<number, readonly Range[]> = {
  0: [
    [0x3f400000, 0x3f800000, 'drom'],
    [0x3f800000, 0x3fc00000, 'psram'],
    [0x3ff80000, 0x3ff82000, 'rtc'],
    [0x3ffae000, 0x40000000, 'dram'],
    // The second half of the cache, which bootloaders are loaded to, and IRAM proper.
    [0x40078000, 0x400aa000, 'iram'],
    [0x400c0000, 0x400c2000, 'rtc'],
    [0x400d0000, 0x40400000, 'irom'],
    [0x50000000, 0x50002000, 'rtc'],
  ],
  2: [
    [0x3f000000, 0x3ff80000, 'drom'],
    [0x3ff9e000, 0x3ffa0000, 'rtc'],
    [0x3ffb0000, 0x40000000, 'dram'],
    [0x40020000, 0x40070000, 'iram'],
    [0x40070000, 0x40072000, 'rtc'],
    [0x40080000, 0x40800000, 'irom'],
    [0x50000000, 0x50002000, 'rtc'],
  ],
  5: riscvSplit(0x3c800000, 0x42800000, [0x3fc80000, 0x3fce0000], [0x4037c000, 0x403e0000]),
  9: [
    ...riscvSplit(0x3e000000, 0x44000000, [0x3fc88000, 0x3fd00000], [0x40370000, 0x403e0000]),
    [0x600fe000, 0x60100000, 'rtc'],
  ],
  12: riscvSplit(0x3c400000, 0x42400000, [0x3fca0000, 0x3fce0000], [0x4037c000, 0x403c0000]),
  13: riscvUnified(0x43000000, 0x40800000, 0x40880000),
  16: riscvUnified(0x43000000, 0x40800000, 0x40850000),
  18: [
    [0x30100000, 0x30102000, 'ram'],
    [0x40000000, 0x44000000, 'flash'],
    [0x48000000, 0x4c000000, 'psram'],
    [0x4ff00000, 0x4ffc0000, 'ram'],
    [0x50108000, 0x50110000, 'rtc'],
  ],
  20: riscvUnified(0x44000000, 0x40800000, 0x40850000),
  23: riscvUnified(0x44000000, 0x40800000, 0x40860000),
  25: riscvUnified(0x43000000, 0x40800000, 0x40850000),
  28: riscvUnified(0x44000000, 0x40810000, 0x40860000),
  32: [
    [0x2e000000, 0x2e008000, 'rtc'],
    [0x2f000000, 0x2f080000, 'ram'],
    [0x40000000, 0x44000000, 'flash'],
    [0x50000000, 0x54000000, 'psram'],
  ],
};

function riscvSplit(
  dromHigh: number,
  iromHigh: number,
  dram: readonly [number, number],
  iram: readonly [number, number],
): readonly Range[] {
  return [
    [0x3c000000, dromHigh, 'drom'],
    [...dram, 'dram'],
    [...iram, 'iram'],
    [0x42000000, iromHigh, 'irom'],
    [0x50000000, 0x50002000, 'rtc'],
  ];
}

function riscvUnified(flashHigh: number, ramLow: number, ramHigh: number): readonly Range[] {
  return [
    [ramLow, ramHigh, 'ram'],
    [0x42000000, flashHigh, 'flash'],
    [0x50000000, 0x50004000, 'rtc'],
  ];
}

/**
 * The lowest address of the first of these kinds that the chip has.
 * @throws FormatError `chip-unknown` where its memory is not known
 */
export function firstAddress(chipId: number, ...kinds: readonly SegmentKind[]): number {
  const map = MAPS[realChipId(chipId)] ?? [];
  for (const wanted of kinds) {
    const range = map.find(([, , kind]) => kind === wanted);
    if (range) return range[0];
  }
  throw new FormatError('chip-unknown', `the memory of chip ${realChipId(chipId)} is not known`, {
    hint: `known are ${Object.keys(MAPS).map(Number).map(chipName).join(', ')}`,
  });
}

/** @param chipId simulated or real; an unknown chip knows only padding */
export function segmentKind(chipId: number, loadAddress: number): SegmentKind {
  if (loadAddress < 0x10000000) return 'padding';
  for (const [low, high, kind] of MAPS[realChipId(chipId)] ?? []) {
    if (loadAddress >= low && loadAddress < high) return kind;
  }
  return 'unknown';
}

/** Is the segment read from flash through the MMU rather than copied to RAM? Its flash address and
 * its load address then agree modulo the MMU page. (`should_map`, esp_image_format.c; the P4 and the
 * S31 map PSRAM the same way.) */
export function isMapped(chipId: number, kind: SegmentKind): boolean {
  if (kind === 'psram') return realChipId(chipId) === 0x12 || realChipId(chipId) === 0x20;
  return kind === 'drom' || kind === 'irom' || kind === 'flash';
}
