import { viewOf } from './bytes.ts';
import { IMAGE_HEADER_SIZE, IMAGE_MAGIC } from './esp-image-header.ts';
import { checksumOffset } from './esp-image-parse.ts';
import type { FlashRegion } from './flash-region.ts';

const SEGMENT_HEADER = 8;
const HASH = 32;

/**
 * The bytes of the image that begins a region: header, segments, checksum and hash, as far as its own
 * lengths say. Where those lead outside the region, or there is no image, what can be read is answered:
 * verification then says what is wrong.
 */
export function readImage(region: FlashRegion): Uint8Array {
  const header = region.read(0, Math.min(IMAGE_HEADER_SIZE, region.size));
  if (header[0] !== IMAGE_MAGIC) return header;
  let end = IMAGE_HEADER_SIZE;
  for (let i = 0; i < header[1]!; i++) {
    if (end + SEGMENT_HEADER > region.size) return region.read(0, region.size);
    const length = viewOf(region.read(end, SEGMENT_HEADER)).getUint32(4, true);
    const next = end + SEGMENT_HEADER + length;
    if (next > region.size) return region.read(0, Math.min(region.size, end + SEGMENT_HEADER));
    end = next;
  }
  end = checksumOffset(end) + 1;
  if (header[23] !== 0) end += HASH;
  return region.read(0, Math.min(end, region.size));
}
