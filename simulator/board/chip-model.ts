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
