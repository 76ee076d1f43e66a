import { createHash } from 'node:crypto';

/**
 * A reader of ESP images for tests only, written from the layout tables with Node's Buffer and crypto:
 * shares no code with esp-image. Throws a plain Error where checksum, hash or padding are not right.
 */
export interface ImageFields {
  magic: number;
  spiMode: number;
  spiSpeed: number;
  spiSize: number;
  entryAddr: number;
  wpPin: number;
  spiPinDrv: number[];
  chipId: number;
  minChipRev: number;
  minChipRevFull: number;
  maxChipRevFull: number;
  reserved: string;
  hashAppended: number;
  segments: { loadAddress: number; fileOffset: number; data: string }[];
  length: number;
  /** Of the app descriptor, where the first segment begins with one. */
  app?: { secureVersion: number; version: string; project: string; elf: string; mmuPage: number };
}

export function readImageFields(file: Uint8Array): ImageFields {
  const bytes = Buffer.from(file);
  const segments: ImageFields['segments'] = [];
  let at = 24;
  let checksum = 0xef;
  for (let left = bytes.readUInt8(1); left > 0; left--) {
    const size = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (data.length !== size) throw new Error('segment cut');
    for (const byte of data) checksum ^= byte;
    segments.push({
      loadAddress: bytes.readUInt32LE(at),
      fileOffset: at + 8,
      data: data.toString('hex'),
    });
    at += 8 + size;
  }
  const pad = 15 - (at % 16);
  if (!bytes.subarray(at, at + pad).equals(Buffer.alloc(pad))) throw new Error('padding');
  if (bytes.readUInt8(at + pad) !== checksum) throw new Error('checksum');
  let length = at + pad + 1;
  if (bytes.readUInt8(23) !== 0) {
    const hash = createHash('sha256').update(bytes.subarray(0, length)).digest();
    if (!hash.equals(bytes.subarray(length, length + 32))) throw new Error('hash');
    length += 32;
  }
  return { ...readHeader(bytes), segments, length, app: readApp(bytes) };
}

function readHeader(bytes: Buffer): Omit<ImageFields, 'segments' | 'length' | 'app'> {
  return {
    magic: bytes.readUInt8(0),
    spiMode: bytes.readUInt8(2),
    spiSpeed: bytes.readUInt8(3) % 16,
    spiSize: Math.floor(bytes.readUInt8(3) / 16),
    entryAddr: bytes.readUInt32LE(4),
    wpPin: bytes.readUInt8(8),
    spiPinDrv: [...bytes.subarray(9, 12)],
    chipId: bytes.readUInt16LE(12),
    minChipRev: bytes.readUInt8(14),
    minChipRevFull: bytes.readUInt16LE(15),
    maxChipRevFull: bytes.readUInt16LE(17),
    reserved: bytes.toString('hex', 19, 23),
    hashAppended: bytes.readUInt8(23),
  };
}

function readApp(bytes: Buffer): ImageFields['app'] {
  const found = bytes.length >= 288 && bytes.readUInt32LE(32) === 0xabcd5432;
  if (!found || bytes.readUInt8(1) === 0) return undefined;
  const text = (at: number, length: number) =>
    bytes.toString('utf8', at, at + length).split('\0')[0]!;
  return {
    secureVersion: bytes.readUInt32LE(36),
    version: text(48, 32),
    project: text(80, 32),
    elf: bytes.toString('hex', 176, 208),
    mmuPage: bytes.readUInt8(212),
  };
}
