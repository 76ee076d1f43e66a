/** The chips that have an image format of ESP_FORMATS §3, by the id in their image header
 * (bootloader_support/include/esp_app_format.h). */

export interface Chip {
  id: number;
  name: string;
  /** Where in flash the ROM looks for the second-stage bootloader (espressif/esptool targets). */
  bootloaderOffset: number;
  /** SPI flash clock in MHz → low nibble of header byte 3 (espressif/esptool targets). */
  flashFrequencies: Record<number, number>;
  /** The bootloader then reads the page size from the app descriptor and insists on its magic
   * (SOC_MMU_PAGE_SIZE_CONFIGURABLE). */
  mmuPageSizeConfigurable?: true;
  /** The cache maps flash beyond 16 MB (SOC_SPI_MEM_SUPPORT_CACHE_32BIT_ADDR_MAP). */
  cache32Bit?: true;
}

const F80 = { 80: 0xf, 40: 0x0, 26: 0x1, 20: 0x2 };
const F80_NO_26 = { 80: 0xf, 40: 0x0, 20: 0x2 };
const F60 = { 60: 0xf, 30: 0x0, 20: 0x1, 15: 0x2 };
const F48 = { 48: 0xf, 24: 0x0, 16: 0x1, 12: 0x2 };

/** The C6 writes 80 MHz as 0: its ROM divides the clock wrongly otherwise. */
const F80_C6 = { 80: 0x0, 40: 0x0, 20: 0x2 };

export const CHIPS: readonly Chip[] = [
  { id: 0x00, name: 'ESP32', bootloaderOffset: 0x1000, flashFrequencies: F80 },
  { id: 0x02, name: 'ESP32-S2', bootloaderOffset: 0x1000, flashFrequencies: F80 },
  { id: 0x05, name: 'ESP32-C3', bootloaderOffset: 0, flashFrequencies: F80 },
  { id: 0x09, name: 'ESP32-S3', bootloaderOffset: 0, flashFrequencies: F80, cache32Bit: true },
  {
    id: 0x0c,
    name: 'ESP32-C2',
    bootloaderOffset: 0,
    flashFrequencies: F60,
    mmuPageSizeConfigurable: true,
  },
  {
    id: 0x0d,
    name: 'ESP32-C6',
    bootloaderOffset: 0,
    flashFrequencies: F80_C6,
    mmuPageSizeConfigurable: true,
  },
  {
    id: 0x10,
    name: 'ESP32-H2',
    bootloaderOffset: 0,
    flashFrequencies: F48,
    mmuPageSizeConfigurable: true,
  },
  { id: 0x12, name: 'ESP32-P4', bootloaderOffset: 0x2000, flashFrequencies: F80, cache32Bit: true },
  {
    id: 0x14,
    name: 'ESP32-C61',
    bootloaderOffset: 0,
    flashFrequencies: F80_NO_26,
    mmuPageSizeConfigurable: true,
    cache32Bit: true,
  },
  {
    id: 0x17,
    name: 'ESP32-C5',
    bootloaderOffset: 0x2000,
    flashFrequencies: F80_NO_26,
    cache32Bit: true,
  },
  {
    id: 0x19,
    name: 'ESP32-H21',
    bootloaderOffset: 0,
    flashFrequencies: F48,
    mmuPageSizeConfigurable: true,
  },
  {
    id: 0x1c,
    name: 'ESP32-H4',
    bootloaderOffset: 0x2000,
    flashFrequencies: F48,
    mmuPageSizeConfigurable: true,
    cache32Bit: true,
  },
  {
    id: 0x20,
    name: 'ESP32-S31',
    bootloaderOffset: 0x2000,
    flashFrequencies: F80_NO_26,
    mmuPageSizeConfigurable: true,
    cache32Bit: true,
  },
];

/** Header value of an image that names no chip. */
export const CHIP_ID_NONE = 0xffff;

/**
 * Set in the chip id of an image made for the simulator. No ESP chip has such an id, so that neither
 * `ota flash` nor esptool puts a simulator image on silicon unnoticed.
 */
export const SIMULATOR_CHIP_FLAG = 0x8000;

const byId = new Map(CHIPS.map((chip) => [chip.id, chip]));

/** 0xFFFF names no chip at all, so it is no simulator chip either. */
export function isSimulatorChip(id: number): boolean {
  return id !== CHIP_ID_NONE && (id & SIMULATOR_CHIP_FLAG) !== 0;
}

/** The id without the simulator's flag; other ids unchanged. */
export function realChipId(id: number): number {
  return isSimulatorChip(id) ? id & ~SIMULATOR_CHIP_FLAG : id;
}

/** The chip an id stands for, simulated or real; undefined for an id of no known chip. */
export function findChip(id: number): Chip | undefined {
  return byId.get(realChipId(id));
}

/** The real chip of that name, however it is written: "ESP32-S3", "esp32s3". */
export function findChipByName(name: string): Chip | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return CHIPS.find((chip) => plain(chip.name) === plain(name));
}

/** For people: "ESP32-S3", "ESP32 (simulator)", "unknown chip 0x0055". */
export function chipName(id: number): string {
  if (id === CHIP_ID_NONE) return 'no chip';
  const name =
    findChip(id)?.name ?? `unknown chip 0x${realChipId(id).toString(16).padStart(4, '0')}`;
  return isSimulatorChip(id) ? `${name} (simulator)` : name;
}

/** Does a board with chip `board` take an image for chip `image`? It takes its own id, and its own
 * id with the simulator's flag: only virtual boards ever ask for the latter. */
export function chipAccepts(board: number, image: number): boolean {
  return image === board || (isSimulatorChip(image) && realChipId(image) === realChipId(board));
}
