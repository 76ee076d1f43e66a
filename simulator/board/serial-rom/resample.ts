/** A receiver that is off by more than this share loses step within a byte of ten bits. */
const TOLERANCE = 0.04;

export function sameRate(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(a, b);
}

/**
 * What a UART that listens at `to` baud hears of bytes sent at `from` baud (8N1): it waits for a falling edge, then samples in the
 * middle of its own bits, whatever those of the sender are. A wrong stop bit is a framing error; ESP chips keep the byte.
 */
export function resample(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const end = bytes.length * 10;
  // Level of the line, in bits of the sender; high when idle.
  const level = (bit: number): number => {
    if (bit < 0 || bit >= end) return 1;
    const place = bit % 10;
    if (place === 0) return 0;
    return place === 9 ? 1 : (bytes[Math.floor(bit / 10)]! >> (place - 1)) & 1;
  };
  const step = from / to;
  const heard: number[] = [];
  for (let bit = 0; bit < end; ) {
    if (level(Math.floor(bit)) === 1) {
      bit = Math.floor(bit) + 1;
      continue;
    }
    let byte = 0;
    for (let i = 0; i < 8; i++) byte |= level(Math.floor(bit + (i + 1.5) * step)) << i;
    heard.push(byte);
    // Ready for the next edge from the middle of the stop bit on; a line that is still low there counts as one at once.
    bit += 9.5 * step;
  }
  return Uint8Array.from(heard);
}
