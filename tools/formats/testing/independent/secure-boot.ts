import { constants, createHash, type KeyObject, verify } from 'node:crypto';

/**
 * A reader of Secure Boot v2 sectors for tests only, written from the layout tables with Node's Buffer
 * and crypto: shares no code with secure-boot/.
 */
export interface SignedBlock {
  version: number;
  digest: Buffer;
  /** Of what eFuse holds. */
  keyDigest: string;
  /** RSA: n, e, R, M′; ECDSA: x, y; hexadecimal and big-endian. */
  key: string[];
  /** Does Node's crypto accept the signature by this key over everything before the sector? */
  isBy(key: KeyObject): boolean;
}

const sha = (name: string, bytes: Buffer) => createHash(name).update(bytes).digest();
const back = (bytes: Buffer) => Buffer.from(bytes).reverse();

/** Blocks of the last sector of a file. Throws a plain Error for what is not right. */
export function readSignedFile(file: Uint8Array): SignedBlock[] {
  const bytes = Buffer.from(file);
  if (bytes.length % 4096 !== 0) throw new Error('not whole sectors');
  const content = bytes.subarray(0, -4096);
  const sector = bytes.subarray(-4096);
  const blocks: SignedBlock[] = [];
  for (let at = 0; at + 1216 <= 4096; at += 1216) {
    const block = sector.subarray(at, at + 1216);
    if (block[0] === 0xff) break;
    if (block[0] !== 0xe7) throw new Error(`block at ${at} has magic ${block[0]}`);
    if (block.readUInt32LE(1196) !== crcBitwise(block.subarray(0, 1196))) throw new Error('CRC');
    if (!block.subarray(1200).equals(Buffer.alloc(16))) throw new Error('padding');
    blocks.push(block[1] === 2 ? readRsa(block, content) : readEcdsa(block, content));
  }
  const rest = sector.subarray(blocks.length * 1216);
  if (!rest.every((byte) => byte === 0xff)) throw new Error('rest of sector is not erased');
  return blocks;
}

function readRsa(block: Buffer, content: Buffer): SignedBlock {
  const signature = back(block.subarray(812, 1196));
  const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return {
    version: 2,
    digest: block.subarray(4, 36),
    keyDigest: sha('sha256', block.subarray(36, 812)).toString('hex'),
    key: [
      back(block.subarray(36, 420)),
      back(block.subarray(420, 424)),
      back(block.subarray(424, 808)),
      back(block.subarray(808, 812)),
    ].map((part) => part.toString('hex')),
    isBy: (key) =>
      sha('sha256', content).equals(block.subarray(4, 36)) &&
      verify('sha256', content, { key, ...options }, signature),
  };
}

function readEcdsa(block: Buffer, content: Buffer): SignedBlock {
  const wide = block[2] === 1;
  const [hash, digestLength, length] = wide ? ['sha384', 48, 48] : ['sha256', 32, 32];
  const curveAt = 4 + Number(digestLength);
  if (block[curveAt] !== (wide ? 3 : 2)) throw new Error(`curve ${block[curveAt]}`);
  const part = (i: number) =>
    back(block.subarray(curveAt + 1 + i * Number(length), curveAt + 1 + (i + 1) * Number(length)));
  const digest = block.subarray(4, curveAt);
  return {
    version: 3,
    digest,
    keyDigest: sha('sha256', block.subarray(curveAt, curveAt + 1 + 2 * Number(length))).toString(
      'hex',
    ),
    key: [part(0), part(1)].map((number) => number.toString('hex')),
    isBy: (key) =>
      sha(String(hash), content).equals(digest) &&
      verify(
        String(hash),
        content,
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.concat([part(2), part(3)]),
      ),
  };
}

function crcBitwise(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
