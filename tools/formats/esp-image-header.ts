import { copyBytes, viewOf } from './bytes.ts';
import { FormatError } from './errors.ts';

/** `esp_image_header_t`, 24 bytes at file offset 0 (ESP_FORMATS §3,
 * bootloader_support/include/esp_app_format.h). */
export const IMAGE_HEADER_SIZE = 24;
export const IMAGE_MAGIC = 0xe9;
export const IMAGE_MAX_SEGMENTS = 16;

export const SPI_MODES = ['QIO', 'QOUT', 'DIO', 'DOUT', 'FAST_READ', 'SLOW_READ'] as const;
export type SpiMode = (typeof SPI_MODES)[number];

/** Field names are ESP-IDF's, in camel case; numbers are as they stand in the header. */
export interface EspImageHeader {
  magic: number;
  segmentCount: number;
  /** Index into SPI_MODES. */
  spiMode: number;
  /** Low nibble of byte 3: clock divider, 0xF = undivided; what it means in MHz differs by chip. */
  spiSpeed: number;
  /** High nibble of byte 3: flash of 2^n MB. */
  spiSize: number;
  entryAddr: number;
  /** 0xEE = disabled. */
  wpPin: number;
  spiPinDrv: [number, number, number];
  chipId: number;
  /** Legacy; superseded by minChipRevFull. */
  minChipRev: number;
  /** major * 100 + minor. */
  minChipRevFull: number;
  /** major * 100 + minor; 0 and 0xFFFF = unset. */
  maxChipRevFull: number;
  reserved: Uint8Array;
  /** Non-zero: a SHA-256 follows the checksum. */
  hashAppended: number;
}

/** @throws FormatError `image-empty`, `image-truncated`, `image-magic`, `image-esp8266` */
export function parseImageHeader(bytes: Uint8Array): EspImageHeader {
  if (bytes.length === 0)
    throw new FormatError('image-empty', 'the image has no bytes at all', { offset: 0 });
  refuseEsp8266(bytes);
  if (bytes[0] !== IMAGE_MAGIC) {
    throw new FormatError(
      'image-magic',
      `the first byte is 0x${hexByte(bytes[0]!)}, not 0xE9: this is no ESP image`,
      { offset: 0, hint: bytes[0] === 0xff ? 'erased flash: nothing was written here' : undefined },
    );
  }
  if (bytes.length < IMAGE_HEADER_SIZE) {
    throw new FormatError(
      'image-truncated',
      `the image header has ${IMAGE_HEADER_SIZE} bytes; only ${bytes.length} are here`,
      { offset: bytes.length },
    );
  }
  const view = viewOf(bytes);
  return {
    magic: bytes[0]!,
    segmentCount: bytes[1]!,
    spiMode: bytes[2]!,
    spiSpeed: bytes[3]! & 0xf,
    spiSize: bytes[3]! >> 4,
    entryAddr: view.getUint32(4, true),
    wpPin: bytes[8]!,
    spiPinDrv: [bytes[9]!, bytes[10]!, bytes[11]!],
    chipId: view.getUint16(12, true),
    minChipRev: bytes[14]!,
    minChipRevFull: view.getUint16(15, true),
    maxChipRevFull: view.getUint16(17, true),
    reserved: copyBytes(bytes, 19, 23),
    hashAppended: bytes[23]!,
  };
}

export function writeImageHeader(target: Uint8Array, header: EspImageHeader): void {
  const view = viewOf(target);
  target[0] = header.magic;
  target[1] = header.segmentCount;
  target[2] = header.spiMode;
  target[3] = (header.spiSize << 4) | header.spiSpeed;
  view.setUint32(4, header.entryAddr, true);
  target[8] = header.wpPin;
  target.set(header.spiPinDrv, 9);
  view.setUint16(12, header.chipId, true);
  target[14] = header.minChipRev;
  view.setUint16(15, header.minChipRevFull, true);
  view.setUint16(17, header.maxChipRevFull, true);
  target.set(header.reserved, 19);
  target[23] = header.hashAppended;
}

const within = (address: number, low: number, high: number): boolean =>
  address >= low && address < high;

/**
 * ESP8266 images share the magic 0xE9 (or have 0xEA) but have an 8-byte header, so that a segment
 * header stands where ESP32 images keep pins and chip id. Told apart by entry point, load address
 * and length, all three in the ESP8266's ranges.
 */
function refuseEsp8266(bytes: Uint8Array): void {
  const magic = bytes[0];
  let found = magic === 0xea && bytes.length >= 16;
  if (magic === IMAGE_MAGIC && bytes.length >= 16) {
    const view = viewOf(bytes);
    const entry = view.getUint32(4, true);
    const load = view.getUint32(8, true);
    const length = view.getUint32(12, true);
    found =
      within(entry, 0x40100000, 0x40300000) &&
      (within(load, 0x3ffe8000, 0x40000000) ||
        within(load, 0x40100000, 0x40110000) ||
        within(load, 0x40200000, 0x40300000)) &&
      length % 4 === 0 &&
      length < 0x100000;
  }
  if (found) {
    throw new FormatError('image-esp8266', 'this is an ESP8266 image, not one for an ESP32 chip', {
      offset: 0,
      hint: 'ESP8266 images have another header; build the sketch for an ESP32 board',
    });
  }
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}
