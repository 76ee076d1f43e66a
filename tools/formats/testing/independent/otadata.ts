import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';

/** A second reader of otadata that shares no code with the library, and a second opinion on which entry
 * counts. Written from esp_flash_partitions.h (`esp_ota_select_entry_t`) and otatool.py, and from
 * docs/en/api-reference/system/ota.rst for the states. */

export interface SelectEntry {
  seq: number;
  label: string;
  state: number;
  crc: number;
  /** The CRC is that of the number. */
  sound: boolean;
}

export function readSelectEntries(otadata: Uint8Array): SelectEntry[] {
  const bytes = Buffer.from(otadata);
  assert.equal(bytes.length, 8192, 'two sectors');
  return [0, 4096].map((at) => {
    const rest = bytes.subarray(at + 32, at + 4096);
    assert.ok(rest.equals(Buffer.alloc(rest.length, 0xff)), 'the rest of the sector is erased');
    const crc = bytes.readUInt32LE(at + 28);
    return {
      seq: bytes.readUInt32LE(at),
      label: bytes.toString('hex', at + 4, at + 24),
      state: bytes.readUInt32LE(at + 24),
      crc,
      sound: crc === crc32(bytes.subarray(at, at + 4), 0xffffffff),
    };
  });
}

/** The entry with the highest number of those that are written, sound, and neither INVALID (3) nor
 * ABORTED (4); the first of equals. */
export function decidingEntry(entries: readonly SelectEntry[]): SelectEntry | undefined {
  return entries
    .filter(({ seq, state, sound }) => seq !== 0xffffffff && sound && state !== 3 && state !== 4)
    .sort((a, b) => b.seq - a.seq)[0];
}
