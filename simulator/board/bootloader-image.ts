import { buildBootloaderDesc } from '../../tools/formats/bootloader-desc.ts';
import { SIMULATOR_CHIP_FLAG } from '../../tools/formats/chips.ts';
import { buildImage, type EspImage } from '../../tools/formats/esp-image.ts';

/** What a bootloader was configured to do when it was built. */
export interface BootloaderConfig {
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE; Arduino-ESP32's prebuilt bootloader has it on. */
  rollback: boolean;
  /** CONFIG_BOOTLOADER_APP_ANTI_ROLLBACK; off unless said otherwise. */
  antiRollback?: boolean;
  idfVersion: string;
}

const MARK = 'esp-ota-bench bootloader ';

/**
 * A second-stage bootloader for virtual boards: a real bootloader image (descriptor, checksum, hash) whose second segment
 * names its configuration instead of holding machine code.
 */
export function buildBootloader(chipId: number, config: BootloaderConfig): Uint8Array {
  const desc = buildBootloaderDesc({
    version: 1,
    idfVersion: config.idfVersion,
    dateTime: 'Jan  1 2026 00:00:00',
  });
  const text = `${MARK}${JSON.stringify(config)}`;
  const payload = new Uint8Array(Math.ceil((text.length + 1) / 4) * 4);
  payload.set(new TextEncoder().encode(text));
  return buildImage({
    chipId: chipId | SIMULATOR_CHIP_FLAG,
    entryAddress: 0x400805e4,
    // The addresses are the ESP32's, and what is RAM there is mapped flash on the ESP32-P4: nothing of a bootloader is mapped.
    alignMapped: false,
    segments: [
      { loadAddress: 0x3fff0020, data: desc },
      { loadAddress: 0x40078000, data: payload },
    ],
  });
}

/** The configuration of such an image; undefined for a bootloader that is machine code. */
export function parseBootloaderConfig(image: EspImage): BootloaderConfig | undefined {
  const text = new TextDecoder()
    .decode(image.segments[1]?.data ?? new Uint8Array(0))
    .replace(/\0+$/, '');
  if (!text.startsWith(MARK)) return undefined;
  const config = JSON.parse(text.slice(MARK.length)) as BootloaderConfig;
  const { rollback, antiRollback = false, idfVersion } = config;
  return { rollback, antiRollback, idfVersion };
}
