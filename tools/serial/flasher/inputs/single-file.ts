import { FormatError } from '../../../formats/errors.ts';
import { IMAGE_MAGIC } from '../../../formats/esp-image-header.ts';
import { parseImage } from '../../../formats/esp-image-parse.ts';
import { isIntelHex, parseIntelHex } from '../../../formats/flash-image/intel-hex.ts';
import { findBootloader, locatePartitionTable } from '../../../formats/flash-image/locate.ts';
import { SerialError } from '../../trouble.ts';
import { readBytes } from './files.ts';
import type { FlashInput } from './types.ts';

/** One file without an address: a merged image, Intel HEX, or an app. @throws SerialError `input` */
export function readSingleFile(path: string): FlashInput {
  const bytes = readBytes(path);
  try {
    if (isIntelHex(bytes)) return { kind: 'parts', from: path, parts: parseIntelHex(bytes) };
    if (isMerged(bytes)) {
      return { kind: 'parts', from: path, parts: [{ offset: 0, data: bytes, name: path }] };
    }
    if (bytes[0] === IMAGE_MAGIC && parseImage(bytes).appDesc) {
      return { kind: 'app', from: path, data: bytes };
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SerialError('input', `${path}: ${error.message}`, { hint: error.hint });
  }
  throw new SerialError('input', `${path} does not say where in flash it belongs`, {
    hint: `give its address: 0x10000:${path}`,
  });
}

/** A partition table in it, and a bootloader where its chip's ROM looks for one. */
function isMerged(bytes: Uint8Array): boolean {
  try {
    const { offset, ok } = locatePartitionTable(bytes);
    return ok && offset > 0 && findBootloader(bytes, offset) !== undefined;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
