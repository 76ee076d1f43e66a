import { checkUint, readText, viewOf, writeText } from './bytes.ts';
import { FormatError } from './errors.ts';

/** `esp_bootloader_desc_t`, 80 bytes at file offset 32 of a bootloader image (ESP_FORMATS §3.2,
 * esp_bootloader_format/include/esp_bootloader_desc.h). */
export const BOOTLOADER_DESC_SIZE = 80;
export const BOOTLOADER_DESC_MAGIC = 0x50;

export interface BootloaderDesc {
  /** Anti-rollback counter of the bootloader itself, u8. */
  secureVersion: number;
  version: number;
  idfVersion: string;
  dateTime: string;
}

/**
 * @param bytes at least 80, starting at the magic byte
 * @throws FormatError `bootloader-desc-truncated`, `bootloader-desc-magic`
 */
export function parseBootloaderDesc(bytes: Uint8Array): BootloaderDesc {
  if (bytes.length < BOOTLOADER_DESC_SIZE) {
    throw new FormatError(
      'bootloader-desc-truncated',
      `a bootloader descriptor has ${BOOTLOADER_DESC_SIZE} bytes; only ${bytes.length} are here`,
      { offset: bytes.length },
    );
  }
  if (bytes[0] !== BOOTLOADER_DESC_MAGIC) {
    throw new FormatError(
      'bootloader-desc-magic',
      `bootloader descriptor magic is 0x${bytes[0]!.toString(16)}, not 0x50`,
      { offset: 0 },
    );
  }
  return {
    secureVersion: bytes[3]!,
    version: viewOf(bytes).getUint32(4, true),
    idfVersion: readText(bytes, 8, 32),
    dateTime: readText(bytes, 40, 24),
  };
}

/** What is left out is zero or empty; reserved bytes are zero.
 * @throws FormatError `text-too-long`, `text-has-nul`, `out-of-range` */
export function buildBootloaderDesc(fields: Partial<BootloaderDesc>): Uint8Array {
  const bytes = new Uint8Array(BOOTLOADER_DESC_SIZE);
  bytes[0] = BOOTLOADER_DESC_MAGIC;
  bytes[3] = checkUint(fields.secureVersion ?? 0, 0xff, 'secureVersion');
  viewOf(bytes).setUint32(4, checkUint(fields.version ?? 0, 0xffffffff, 'version'), true);
  writeText(bytes, 8, fields.idfVersion ?? '', 31, 'idfVersion');
  writeText(bytes, 40, fields.dateTime ?? '', 23, 'dateTime');
  return bytes;
}
