import { buildBootloader } from '../../../simulator/board/bootloader-image.ts';
import { buildAppDesc } from '../../../tools/formats/app-desc.ts';
import { buildImage } from '../../../tools/formats/esp-image.ts';
import { tableOfCsv } from '../../../tools/formats/table-of-csv.ts';

const TABLE = `nvs,data,nvs,0x9000,0x5000
otadata,data,ota,0xe000,0x2000
app0,app,ota_0,0x10000,0x100000
app1,app,ota_1,0x110000,0x100000
`;

export interface AppOptions {
  chipId?: number;
  version?: string;
  /** Bytes beside header and descriptor. */
  size?: number;
  /** Another seed, other bytes. */
  seed?: number;
  minRevision?: number;
}

/** Bytes that compress about as machine code does: words of a small vocabulary with noise between. */
export function codeLike(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < size; i++) bytes[i] = i % 4 === 0 ? next() & 0xff : (next() & 3) * 0x11;
  return bytes;
}

/** An app image that verifies: for the flasher it is firmware like any other. */
export function appImage(options: AppOptions = {}): Uint8Array {
  const { chipId = 0, version = '1.0.0', size = 60_000, seed = 1, minRevision = 0 } = options;
  const image = buildImage({
    chipId,
    entryAddress: 0x40080000,
    minChipRevFull: minRevision,
    segments: [
      { loadAddress: 0x3f400020, data: buildAppDesc({ version, projectName: 'bench' }) },
      { loadAddress: 0x3ffb0000, data: codeLike(Math.ceil(size / 4) * 4, seed) },
    ],
  });
  return image;
}

export function partitionTable(csv = TABLE): Uint8Array {
  return tableOfCsv(csv);
}

export function bootloader(chipId = 0): Uint8Array {
  return buildBootloader(chipId, { rollback: true, idfVersion: 'v5.5' });
}
