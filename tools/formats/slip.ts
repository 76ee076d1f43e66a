/** SLIP framing (RFC 1055) as Espressif's loaders use it: a frame stands between two ENDs. */
export const SLIP = { END: 0xc0, ESC: 0xdb, ESC_END: 0xdc, ESC_ESC: 0xdd } as const;

/** The parts, one behind the other, as one frame with both of its ends. */
export function encodeSlip(...parts: readonly Uint8Array[]): Uint8Array {
  const { END, ESC, ESC_END, ESC_ESC } = SLIP;
  let length = 2;
  for (const part of parts) {
    length += part.length;
    for (const byte of part) if (byte === END || byte === ESC) length++;
  }
  const frame = new Uint8Array(length);
  frame[0] = END;
  let at = 1;
  for (const part of parts) {
    for (const byte of part) {
      if (byte === END || byte === ESC) {
        frame[at++] = ESC;
        frame[at++] = byte === END ? ESC_END : ESC_ESC;
      } else frame[at++] = byte;
    }
  }
  frame[at] = END;
  return frame;
}
