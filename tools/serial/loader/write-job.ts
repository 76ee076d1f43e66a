import type { WriteJob } from './flash-write.ts';

/** What a span of flash becomes on the wire. */
export interface Deflated {
  data: Uint8Array;
  /** For each block, how many bytes stand in flash once it is written. */
  flashEnds: number[];
}

/** Flash is written in words. */
const WORD = 4;

/** Data filled up with 0xFF to whole words, as it will stand in flash. */
export function padToWord(data: Uint8Array): Uint8Array {
  const length = Math.ceil(data.length / WORD) * WORD;
  if (length === data.length) return data;
  const padded = new Uint8Array(length).fill(0xff);
  padded.set(data);
  return padded;
}

/** zlib level 9 by pako, as Node's own zlib makes 5 % more of machine code. */
export async function deflateFor(data: Uint8Array, blockSize: number): Promise<Deflated> {
  const { deflate } = await import('pako');
  const deflated = deflate(data, { level: 9 });
  return { data: deflated, flashEnds: await flashEndsOf(deflated, blockSize, data.length) };
}

/** How far the chip's decompressor gets with each block: timeouts and progress go by that. */
export async function flashEndsOf(
  deflated: Uint8Array,
  blockSize: number,
  length: number,
): Promise<number[]> {
  const { Inflate } = await import('pako');
  const chunkSize = 0x10000;
  const inflate = new Inflate({ chunkSize });
  let whole = 0;
  inflate.onData = (chunk) => {
    whole += chunk.length;
  };
  const ends: number[] = [];
  for (let at = 0; at < deflated.length; at += blockSize) {
    inflate.push(deflated.subarray(at, at + blockSize), false);
    const { strm } = inflate as unknown as { strm: { next_out: number } };
    ends.push(Math.min(length, whole + strm.next_out));
  }
  // The decompressor may hold back its last bytes.
  if (ends.length > 0) ends[ends.length - 1] = length;
  return ends;
}

/** As it is, in blocks. */
export function plainFor(data: Uint8Array, blockSize: number): Deflated {
  const blocks = Math.ceil(data.length / blockSize);
  const flashEnds = Array.from({ length: blocks }, (_, i) =>
    Math.min(data.length, (i + 1) * blockSize),
  );
  return { data, flashEnds };
}

/** @param length of the data before it was deflated */
export function jobOf(
  offset: number,
  length: number,
  sent: Deflated,
  how: { blockSize: number; deflated: boolean },
): WriteJob {
  return { offset, length, ...sent, ...how };
}
