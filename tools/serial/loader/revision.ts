/** Chip revision, major * 100 + minor, out of the eFuses (the places are those of esptool's targets). */

type Read = (address: number) => Promise<number>;

/** Some bits of a word of an eFuse block. */
type Bits = [word: number, shift: number, width: number];

interface Places {
  /** Address of the block's first word. */
  block: number;
  /** The highest part first. */
  minor: readonly Bits[];
  major: readonly Bits[];
}

const PLACES: Record<string, Places> = {
  'ESP32-S2': {
    block: 0x3f41a044,
    minor: [
      [3, 20, 1],
      [4, 4, 3],
    ],
    major: [[3, 18, 2]],
  },
  'ESP32-S3': {
    block: 0x60007044,
    minor: [
      [5, 23, 1],
      [3, 18, 3],
    ],
    major: [[5, 24, 2]],
  },
  'ESP32-C2': { block: 0x60008840, minor: [[1, 16, 4]], major: [[1, 20, 2]] },
  'ESP32-C3': {
    block: 0x60008844,
    minor: [
      [5, 23, 1],
      [3, 18, 3],
    ],
    major: [[5, 24, 2]],
  },
  'ESP32-C5': { block: 0x600b4844, minor: [[2, 0, 4]], major: [[2, 4, 2]] },
  'ESP32-C6': { block: 0x600b0844, minor: [[3, 18, 4]], major: [[3, 22, 2]] },
  'ESP32-C61': { block: 0x600b4844, minor: [[2, 0, 4]], major: [[2, 4, 2]] },
  'ESP32-H2': { block: 0x600b0844, minor: [[3, 18, 3]], major: [[3, 21, 2]] },
  'ESP32-P4': {
    block: 0x5012d044,
    minor: [[2, 0, 4]],
    major: [
      [2, 23, 1],
      [2, 4, 2],
    ],
  },
};

/** Undefined for a chip whose places are not known. */
export async function readRevision(chip: string, read: Read): Promise<number | undefined> {
  if (chip === 'ESP32') return readEsp32(read);
  const places = PLACES[chip];
  if (!places) return undefined;
  const minor = await readBits(read, places.block, places.minor);
  const major = await readBits(read, places.block, places.major);
  if (chip === 'ESP32-S3' && (await isFirstS3(read, minor))) return 0;
  return major * 100 + minor;
}

async function readBits(read: Read, block: number, parts: readonly Bits[]): Promise<number> {
  let value = 0;
  for (const [word, shift, width] of parts) {
    const bits = ((await read(block + 4 * word)) >>> shift) & (2 ** width - 1);
    value = value * 2 ** width + bits;
  }
  return value;
}

/** Three bits in three registers count up the major revision one by one. */
async function readEsp32(read: Read): Promise<number> {
  const word3 = await read(0x3ff5a00c);
  const word5 = await read(0x3ff5a014);
  const date = await read(0x3ff6607c);
  const steps = (((date >>> 31) & 1) << 2) | (((word5 >>> 20) & 1) << 1) | ((word3 >>> 15) & 1);
  const major = { 1: 1, 3: 2, 7: 3 }[steps] ?? 0;
  return major * 100 + ((word5 >>> 24) & 3);
}

/** The first S3 had other things in the bits of the major revision; its block version tells. */
async function isFirstS3(read: Read, minor: number): Promise<boolean> {
  if ((minor & 7) !== 0) return false;
  const blockMajor = (await read(0x6000705c + 4 * 4)) & 3;
  const blockMinor = ((await read(0x60007044 + 4 * 3)) >>> 24) & 7;
  return blockMajor === 1 && blockMinor === 1;
}

/** "v3.1" */
export function revisionText(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}
