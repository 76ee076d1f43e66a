import type { ChipModel } from '../chip-model.ts';

/** A chip as a serial loader's client sees it: where what can be read of it stands in its address space. */
export interface RomChip {
  /** Word at 0x40001000, by which older chips are told apart. */
  readonly magic: number;
  /** GET_SECURITY_INFO exists, and FLASH_BEGIN takes a fifth word. */
  readonly newer: boolean;
  /** The SPI controller of the flash chip: base address and offsets of its registers. */
  readonly spi: {
    readonly base: number;
    readonly usr: number;
    readonly usr2: number;
    readonly misoLength: number;
    readonly w0: number;
  };
  /** UART0's clock divider, from which the crystal's frequency is worked out; only where it is not fixed. */
  readonly clockDivider?: number;
  /** ROM variable that says which port the loader talks on, and its value for USB-Serial/JTAG. */
  readonly portVariable?: { readonly address: number; readonly usbJtag: number };
  /** RTC watchdog: configuration 0 and its write protection. */
  readonly watchdog?: { readonly config: number; readonly protect: number; readonly key: number };
  /** What the fuses say of this chip: address → word. */
  fuses(mac: Uint8Array, revision: number): [address: number, word: number][];
}

const OLD_SPI = { usr: 0x1c, usr2: 0x24, misoLength: 0x2c, w0: 0x80 };
const NEW_SPI = { usr: 0x18, usr2: 0x20, misoLength: 0x28, w0: 0x58 };
const WATCHDOG_KEY = 0x50d83aa1;

/** The MAC as the newer chips hold it in two words of block 1. */
function macWords(mac: Uint8Array): [low: number, high: number] {
  const byte = (i: number) => mac[i] ?? 0;
  return [
    ((byte(2) << 24) | (byte(3) << 16) | (byte(4) << 8) | byte(5)) >>> 0,
    (byte(0) << 8) | byte(1),
  ];
}

const split = (revision: number): [major: number, minor: number] => [
  Math.floor(revision / 100),
  revision % 100,
];

const ESP32: RomChip = {
  magic: 0x00f01d83,
  newer: false,
  spi: { base: 0x3ff42000, ...OLD_SPI },
  clockDivider: 0x3ff40014,
  fuses(mac, revision) {
    const [low, high] = macWords(mac);
    const [major, minor] = split(revision);
    // Three bits in three registers: 0, 1, 3 and 7 are revisions 0 to 3.
    const bits = [0, 1, 3, 7][Math.min(major, 3)]!;
    return [
      [0x3ff5a004, low],
      [0x3ff5a008, high],
      // Package 1 (D0WD), rated 240 MHz.
      [0x3ff5a00c, ((bits & 1) << 15) | (1 << 13) | (1 << 9)],
      // 8 MHz clock's trim and a reference voltage; with the calibration word below they give a crystal of 40 MHz.
      [0x3ff5a010, (8 << 8) | 128],
      [0x3ff5a014, (((bits >> 1) & 1) << 20) | (minor << 24)],
      [0x3ff5f06c, 800 << 7],
      [0x3ff6607c, (((bits >> 2) & 1) << 31) >>> 0],
    ];
  },
};

/** ESP32-S3 and ESP32-C3 hold revision and package at the same places of block 1. */
function blockOne(base: number) {
  return (mac: Uint8Array, revision: number): [number, number][] => {
    const [low, high] = macWords(mac);
    const [major, minor] = split(revision);
    return [
      [base, low],
      [base + 4, high],
      [base + 12, (minor & 7) << 18],
      [base + 20, (((minor >> 3) & 1) << 23) | (major << 24)],
    ];
  };
}

const ESP32_S3: RomChip = {
  magic: 0x9,
  newer: true,
  spi: { base: 0x60002000, ...NEW_SPI },
  portVariable: { address: 0x3fcef14c, usbJtag: 4 },
  watchdog: { config: 0x60008098, protect: 0x600080b0, key: WATCHDOG_KEY },
  fuses: blockOne(0x60007044),
};

const ESP32_C3: RomChip = {
  magic: 0x1b31506f,
  newer: true,
  spi: { base: 0x60002000, ...NEW_SPI },
  portVariable: { address: 0x3fcdf07c, usbJtag: 3 },
  watchdog: { config: 0x60008090, protect: 0x600080a8, key: WATCHDOG_KEY },
  fuses: blockOne(0x60008844),
};

const ESP32_C6: RomChip = {
  magic: 0x2ce0806f,
  newer: true,
  spi: { base: 0x60003000, ...NEW_SPI },
  portVariable: { address: 0x4087f580, usbJtag: 3 },
  watchdog: { config: 0x600b1c00, protect: 0x600b1c18, key: WATCHDOG_KEY },
  fuses(mac, revision) {
    const [low, high] = macWords(mac);
    const [major, minor] = split(revision);
    return [
      [0x600b0844, low],
      // EXT_MAC, the middle of an EUI-64, in the upper half.
      [0x600b0848, (0xfffe0000 | high) >>> 0],
      [0x600b0850, (minor << 18) | (major << 22)],
      [0x600b0854, 1],
    ];
  },
};

const ESP32_P4: RomChip = {
  magic: 0x0addbad0,
  newer: true,
  spi: { base: 0x5008d000, ...NEW_SPI },
  portVariable: { address: 0x4ffbfec8, usbJtag: 6 },
  watchdog: { config: 0x50116000, protect: 0x50116018, key: WATCHDOG_KEY },
  fuses(mac, revision) {
    const [low, high] = macWords(mac);
    const [major, minor] = split(revision);
    return [
      [0x5012d044, low],
      [0x5012d048, high],
      [0x5012d04c, minor | ((major & 3) << 4) | ((major >> 2) << 23)],
    ];
  },
};

const BY_ID = new Map<number, RomChip>([
  [0, ESP32],
  [5, ESP32_C3],
  [9, ESP32_S3],
  [13, ESP32_C6],
  [18, ESP32_P4],
]);

/**
 * The loader's view of a chip.
 * @throws Error for a chip whose loader is not modelled
 */
export function romChip(chip: ChipModel): RomChip {
  const known = BY_ID.get(chip.id);
  if (!known) throw new Error(`the serial loader of ${chip.name} is not modelled`);
  return known;
}
