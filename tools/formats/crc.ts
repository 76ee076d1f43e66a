import CRC32 from 'crc-32';

/**
 * `esp_rom_crc32_le` as ESP-IDF calls it (esp_rom/patches/esp_rom_crc.c; ESP_FORMATS §0).
 *
 * With the usual init of 0xFFFFFFFF the register starts at 0, so this is NOT the ordinary CRC-32 of
 * the data: it equals zlib's `crc32(data, 0xFFFFFFFF)`. To chain over pieces, pass the previous
 * result as the next `init`.
 *
 * @returns an unsigned 32-bit number
 */
export function espCrc32(data: Uint8Array, init = 0xffffffff): number {
  return CRC32.buf(data, init | 0) >>> 0;
}

/** The ordinary CRC-32 of zip, PNG and Secure Boot v2 blocks; unsigned. */
export function crc32(data: Uint8Array): number {
  return CRC32.buf(data) >>> 0;
}
