import { checkUint, copyBytes, readText, viewOf, writeText } from './bytes.ts';
import { FormatError } from './errors.ts';

/** `esp_app_desc_t`, 256 bytes at file offset 32 of an app image (ESP_FORMATS §3.1,
 * esp_app_format/include/esp_app_desc.h). */
export const APP_DESC_SIZE = 256;
export const APP_DESC_MAGIC = 0xabcd5432;

/** The app descriptor without its magic word. */
export interface AppDesc {
  /** Anti-rollback counter, u32. */
  secureVersion: number;
  /** Free text, often `git describe`; at most 31 bytes. */
  version: string;
  projectName: string;
  /** Compile time and date as the compiler wrote them, e.g. "12:00:00" and "Nov 21 2026". */
  time: string;
  date: string;
  /** ESP-IDF version, e.g. "v6.0". */
  idfVersion: string;
  /** SHA-256 of the ELF file, 32 raw bytes; zero until patched in. */
  appElfSha256: Uint8Array;
  /** eFuse block revisions the image accepts, major * 100 + minor. */
  minEfuseBlkRevFull: number;
  maxEfuseBlkRevFull: number;
  /** log2 of the MMU page; 0 = legacy. */
  mmuPageSize: number;
  /** 0 = unknown. */
  spiFlashMode: number;
  /** The reserved bytes in order: 8 at 8, 2 at 182, 72 at 184. */
  reserved: Uint8Array;
}

const RESERVED: readonly (readonly [at: number, length: number])[] = [
  [8, 8],
  [182, 2],
  [184, 72],
];

/**
 * @param bytes at least 256, starting at the magic word
 * @throws FormatError `app-desc-truncated`, `app-desc-magic`
 */
export function parseAppDesc(bytes: Uint8Array): AppDesc {
  if (bytes.length < APP_DESC_SIZE) {
    throw new FormatError(
      'app-desc-truncated',
      `an app descriptor has ${APP_DESC_SIZE} bytes; only ${bytes.length} are here`,
      { offset: bytes.length },
    );
  }
  const view = viewOf(bytes);
  const magic = view.getUint32(0, true);
  if (magic !== APP_DESC_MAGIC) {
    throw new FormatError(
      'app-desc-magic',
      `app descriptor magic is 0x${magic.toString(16)}, not 0x${APP_DESC_MAGIC.toString(16)}`,
      { offset: 0 },
    );
  }
  return {
    secureVersion: view.getUint32(4, true),
    version: readText(bytes, 16, 32),
    projectName: readText(bytes, 48, 32),
    time: readText(bytes, 80, 16),
    date: readText(bytes, 96, 16),
    idfVersion: readText(bytes, 112, 32),
    appElfSha256: copyBytes(bytes, 144, 176),
    minEfuseBlkRevFull: view.getUint16(176, true),
    maxEfuseBlkRevFull: view.getUint16(178, true),
    mmuPageSize: bytes[180]!,
    spiFlashMode: bytes[181]!,
    reserved: Uint8Array.from(RESERVED.flatMap(([at, n]) => [...bytes.subarray(at, at + n)])),
  };
}

/**
 * What is left out is zero or empty. Text fields keep a terminating NUL.
 * @throws FormatError `text-too-long`, `text-has-nul`, `out-of-range`, `app-desc-field`
 */
export function buildAppDesc(fields: Partial<AppDesc>): Uint8Array {
  const bytes = new Uint8Array(APP_DESC_SIZE);
  const view = viewOf(bytes);
  const u16 = (at: number, value: number | undefined, name: string): void =>
    view.setUint16(at, checkUint(value ?? 0, 0xffff, name), true);
  view.setUint32(0, APP_DESC_MAGIC, true);
  view.setUint32(4, checkUint(fields.secureVersion ?? 0, 0xffffffff, 'secureVersion'), true);
  writeText(bytes, 16, fields.version ?? '', 31, 'version');
  writeText(bytes, 48, fields.projectName ?? '', 31, 'projectName');
  writeText(bytes, 80, fields.time ?? '', 15, 'time');
  writeText(bytes, 96, fields.date ?? '', 15, 'date');
  writeText(bytes, 112, fields.idfVersion ?? '', 31, 'idfVersion');
  bytes.set(exactly(32, fields.appElfSha256, 'appElfSha256'), 144);
  u16(176, fields.minEfuseBlkRevFull, 'minEfuseBlkRevFull');
  u16(178, fields.maxEfuseBlkRevFull, 'maxEfuseBlkRevFull');
  bytes[180] = checkUint(fields.mmuPageSize ?? 0, 0xff, 'mmuPageSize');
  bytes[181] = checkUint(fields.spiFlashMode ?? 0, 0xff, 'spiFlashMode');
  const reserved = exactly(82, fields.reserved, 'reserved');
  let from = 0;
  for (const [at, length] of RESERVED) {
    bytes.set(reserved.subarray(from, from + length), at);
    from += length;
  }
  return bytes;
}

function exactly(length: number, value: Uint8Array | undefined, name: string): Uint8Array {
  if (value !== undefined && value.length !== length) {
    throw new FormatError('app-desc-field', `${name} has ${value.length} bytes, not ${length}`);
  }
  return value ?? new Uint8Array(length);
}
