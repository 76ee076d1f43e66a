import { chipName, findChipByName } from '../../tools/formats/chips.ts';

/** What firmware and bootloader can learn about a chip. */
export interface ChipModel {
  /** Id in the image header (esp_app_format.h): 0 ESP32, 5 ESP32-C3, 9 ESP32-S3, … */
  readonly id: number;
  readonly name: string;
  readonly cores: number;
  /** major * 100 + minor */
  readonly revision: number;
  readonly cpuMhz: number;
  /** Where the ROM looks for the second-stage bootloader. */
  readonly bootloaderOffset: number;
  readonly flashBytes: number;
}

/** An ESP32-WROOM-32: dual core, revision 3.1, 4 MB of flash. */
export const ESP32: ChipModel = {
  id: 0,
  name: 'ESP32-D0WD-V3',
  cores: 2,
  revision: 301,
  cpuMhz: 240,
  bootloaderOffset: 0x1000,
  flashBytes: 4 * 1024 * 1024,
};

/** An ESP32-C3-MINI-1: single core. */
export const ESP32_C3: ChipModel = {
  id: 5,
  name: 'ESP32-C3',
  cores: 1,
  revision: 4,
  cpuMhz: 160,
  bootloaderOffset: 0,
  flashBytes: 4 * 1024 * 1024,
};

/** An ESP32-S3-WROOM-1-N4: dual core. */
export const ESP32_S3: ChipModel = {
  id: 9,
  name: 'ESP32-S3',
  cores: 2,
  revision: 2,
  cpuMhz: 240,
  bootloaderOffset: 0,
  flashBytes: 4 * 1024 * 1024,
};

/** An ESP32-C6-MINI-1: single core. */
export const ESP32_C6: ChipModel = {
  id: 13,
  name: 'ESP32-C6',
  cores: 1,
  revision: 1,
  cpuMhz: 160,
  bootloaderOffset: 0,
  flashBytes: 4 * 1024 * 1024,
};

/** An ESP32-P4: dual core, no radio of its own. */
export const ESP32_P4: ChipModel = {
  id: 18,
  name: 'ESP32-P4',
  cores: 2,
  revision: 300,
  cpuMhz: 400,
  bootloaderOffset: 0x2000,
  flashBytes: 4 * 1024 * 1024,
};

/** The chips that a virtual board may carry. */
export const CHIP_MODELS: readonly ChipModel[] = [ESP32, ESP32_S3, ESP32_C3, ESP32_C6, ESP32_P4];

/**
 * The model of a chip named as people write it: "esp32s3", "ESP32-S3".
 * @throws Error naming those that there are
 */
export function chipModel(name: string): ChipModel {
  const id = findChipByName(name)?.id;
  const model = CHIP_MODELS.find((chip) => chip.id === id);
  if (model) return model;
  const names = CHIP_MODELS.map((chip) => chipName(chip.id)).join(', ');
  throw new Error(
    `there is no virtual board with the chip ${JSON.stringify(name)}; there are ${names}`,
  );
}
