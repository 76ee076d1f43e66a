import { isFilled } from '../bytes.ts';
import { FormatError } from '../errors.ts';
import { type ParsedSignatureBlock, parseSignatureBlock } from './block.ts';
import { SIGNATURE_BLOCK_SIZE, SIGNATURE_SECTOR_SIZE } from './place.ts';

export const SIGNATURE_BLOCKS_MAX = 3;

/** One of the three places of a signature sector. */
export interface SignatureSlot {
  index: number;
  /** Byte in the sector. */
  offset: number;
  /** Absent where the place is erased, or holds something else. */
  block?: ParsedSignatureBlock;
  /** Why there is no block, where the place is not erased; its offset is in the sector. */
  error?: FormatError;
}

/**
 * The three places of a sector, without judging their blocks.
 * @throws FormatError `signature-truncated`
 */
export function parseSignatureSector(sector: Uint8Array): SignatureSlot[] {
  if (sector.length < SIGNATURE_SECTOR_SIZE) {
    throw new FormatError(
      'signature-truncated',
      `a signature sector has ${SIGNATURE_SECTOR_SIZE} bytes; only ${sector.length} are here`,
      { offset: sector.length },
    );
  }
  return Array.from({ length: SIGNATURE_BLOCKS_MAX }, (_, index) => readSlot(sector, index));
}

function readSlot(sector: Uint8Array, index: number): SignatureSlot {
  const offset = index * SIGNATURE_BLOCK_SIZE;
  const bytes = sector.subarray(offset, offset + SIGNATURE_BLOCK_SIZE);
  if (isFilled(bytes, 0xff)) return { index, offset };
  try {
    return { index, offset, block: parseSignatureBlock(bytes) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { code, message, hint } = error;
    const place = { offset: offset + (error.offset ?? 0), hint };
    return { index, offset, error: new FormatError(code, message, place) };
  }
}

/** A sector of up to three blocks, 0xFF behind them.
 * @throws FormatError `signature-full`, `signature-field` */
export function buildSignatureSector(blocks: readonly Uint8Array[]): Uint8Array {
  if (blocks.length > SIGNATURE_BLOCKS_MAX) {
    throw new FormatError(
      'signature-full',
      `${blocks.length} signatures do not fit: a signature sector has room for ${SIGNATURE_BLOCKS_MAX}`,
    );
  }
  const sector = new Uint8Array(SIGNATURE_SECTOR_SIZE).fill(0xff);
  for (const [i, block] of blocks.entries()) {
    if (block.length !== SIGNATURE_BLOCK_SIZE) {
      throw new FormatError('signature-field', `block ${i} has ${block.length} bytes, not 1216`);
    }
    sector.set(block, i * SIGNATURE_BLOCK_SIZE);
  }
  return sector;
}
