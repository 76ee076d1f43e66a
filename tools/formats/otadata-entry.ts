import { checkUint, copyBytes, viewOf } from './bytes.ts';
import { espCrc32 } from './crc.ts';
import { FormatError } from './errors.ts';
import { FLASH_SECTOR_SIZE } from './flash-region.ts';

/** The otadata partition: two 32-byte entries, one a sector (ESP_FORMATS §1,
 * bootloader_support/include/esp_flash_partitions.h). */
export const OTADATA_SIZE = 0x2000;
export const OTADATA_ENTRY_SIZE = 32;
/** `ota_seq` of an erased entry. */
export const OTADATA_EMPTY = 0xffffffff;

export const OTA_STATE = {
  NEW: 0,
  PENDING_VERIFY: 1,
  VALID: 2,
  INVALID: 3,
  ABORTED: 4,
  UNDEFINED: 0xffffffff,
} as const;

/** "NEW" … "UNDEFINED"; a number that is none of these, in hexadecimal: it restricts nothing. */
export function otaStateName(state: number): string {
  const known = Object.entries(OTA_STATE).find(([, value]) => value === state);
  return known?.[0] ?? `0x${state.toString(16)}`;
}

/** `esp_ota_select_entry_t`. */
export interface OtadataEntry {
  /** Slot `(seq - 1) mod app count`; 0xFFFFFFFF = empty. */
  seq: number;
  /** Not covered by the CRC. */
  state: number;
  /** As it stands in flash, right or wrong. */
  crc: number;
  /** 20 unused bytes, 0xFF where absent. */
  seqLabel?: Uint8Array;
}

export type OtadataEntries = readonly [OtadataEntry, OtadataEntry];

/** One change of otadata as bootloader and esp_ota_ops make it: erase the entry's sector, then
 * program its bytes. */
export interface OtadataWrite {
  entry: 0 | 1;
  /** The sector, in bytes from the start of otadata. */
  offset: number;
  /** The state written; UNDEFINED where the sector is only erased. */
  state: number;
  /** 32 bytes for the start of the sector; absent where it is only erased. */
  bytes?: Uint8Array;
}

/** CRC over the four bytes of `ota_seq` alone. */
export function otadataCrc(seq: number): number {
  return espCrc32(Uint8Array.of(seq, seq >>> 8, seq >>> 16, seq >>> 24));
}

/** @throws FormatError `otadata-size` */
export function parseOtadata(bytes: Uint8Array): [OtadataEntry, OtadataEntry] {
  if (bytes.length < OTADATA_SIZE) {
    throw new FormatError(
      'otadata-size',
      `otadata has ${bytes.length} bytes, less than 0x2000: the bootloader stops there`,
      { offset: bytes.length, hint: 'the partition has exactly 0x2000 bytes' },
    );
  }
  return [parseEntry(bytes), parseEntry(bytes.subarray(FLASH_SECTOR_SIZE))];
}

function parseEntry(bytes: Uint8Array): OtadataEntry {
  const view = viewOf(bytes);
  return {
    seq: view.getUint32(0, true),
    seqLabel: copyBytes(bytes, 4, 24),
    state: view.getUint32(24, true),
    crc: view.getUint32(28, true),
  };
}

/** The 32 bytes of an entry; the CRC is computed unless one is given.
 * @throws FormatError `out-of-range`, `otadata-label` */
export function buildOtadataEntry(
  entry: Pick<OtadataEntry, 'seq' | 'state'> & Partial<OtadataEntry>,
): Uint8Array {
  const bytes = new Uint8Array(OTADATA_ENTRY_SIZE).fill(0xff);
  const view = viewOf(bytes);
  if (entry.seqLabel && entry.seqLabel.length !== 20) {
    throw new FormatError('otadata-label', `seqLabel has ${entry.seqLabel.length} bytes, not 20`);
  }
  view.setUint32(0, checkUint(entry.seq, 0xffffffff, 'seq'), true);
  if (entry.seqLabel) bytes.set(entry.seqLabel, 4);
  view.setUint32(24, checkUint(entry.state, 0xffffffff, 'state'), true);
  view.setUint32(28, checkUint(entry.crc ?? otadataCrc(entry.seq), 0xffffffff, 'crc'), true);
  return bytes;
}

/** The whole partition, erased but for the entries given. */
export function buildOtadata(
  ...entries: (Pick<OtadataEntry, 'seq' | 'state'> & Partial<OtadataEntry>)[]
): Uint8Array {
  const bytes = new Uint8Array(OTADATA_SIZE).fill(0xff);
  for (const [i, entry] of entries.slice(0, 2).entries()) {
    bytes.set(buildOtadataEntry(entry), i * FLASH_SECTOR_SIZE);
  }
  return bytes;
}

/** Does the stored CRC match the sequence number? */
export function isOtadataCrcOk(entry: OtadataEntry): boolean {
  return entry.crc === otadataCrc(entry.seq);
}

/** Empty or condemned, whatever its CRC (`bootloader_common_ota_select_invalid`). */
export function isOtadataInvalid({ seq, state }: OtadataEntry): boolean {
  return seq === OTADATA_EMPTY || state === OTA_STATE.INVALID || state === OTA_STATE.ABORTED;
}

/** May decide what boots (`bootloader_common_ota_select_valid`). Not the opposite of
 * isOtadataInvalid: a wrong CRC is neither. */
export function isOtadataValid(entry: OtadataEntry): boolean {
  return !isOtadataInvalid(entry) && isOtadataCrcOk(entry);
}

/** The entry that counts: the valid one, of two the one with the larger number, of equals the
 * first; -1 where there is none (`bootloader_common_get_active_otadata`). */
export function activeOtadata(entries: OtadataEntries): -1 | 0 | 1 {
  const [first, second] = entries;
  if (isOtadataValid(first)) return isOtadataValid(second) && second.seq > first.seq ? 1 : 0;
  return isOtadataValid(second) ? 1 : -1;
}

/** The app slot a sequence number stands for; `appCount` > 0. */
export function slotOfSeq(seq: number, appCount: number): number {
  return ((seq - 1) >>> 0) % appCount;
}
