import type { FlashRegion } from '../../tools/formats/flash-region.ts';

const HEADER = 24;
const SEGMENT_HEADER = 8;
const HASH = 32;

/**
 * The bytes of the image that begins a region: header, segments, checksum and hash, as far as its own lengths say.
 * Where those lead outside the region, or there is no image, what can be read is answered: verification then says what is wrong.
 */
export function readImage(region: FlashRegion): Uint8Array {
  const header = region.read(0, Math.min(HEADER, region.size));
  if (header[0] !== 0xe9) return header;
  let end = HEADER;
  for (let i = 0; i < header[1]!; i++) {
    if (end + SEGMENT_HEADER > region.size) return region.read(0, region.size);
    const segment = region.read(end, SEGMENT_HEADER);
    const length = new DataView(segment.buffer).getUint32(4, true);
    if (end + SEGMENT_HEADER + length > region.size)
      return region.read(0, Math.min(region.size, end + SEGMENT_HEADER));
    end += SEGMENT_HEADER + length;
  }
  end = (end + 16) & ~15;
  if (header[23] === 1) end += HASH;
  return region.read(0, Math.min(end, region.size));
}
