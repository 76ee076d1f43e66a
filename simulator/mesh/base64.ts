/** Base64 as painlessMesh does it (src/painlessmesh/base64.hpp): standard alphabet with padding; a decoder that checks nothing. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;

const SYMBOLS = Uint8Array.from(ALPHABET, (char) => char.charCodeAt(0));
const VALUES = decodeTable();
const ascii = new TextDecoder();

/** The library's table also takes ',' and '-' for '+', '.' and '_' for '/'; every other character counts as 'A'. */
function decodeTable(): Uint8Array {
  const table = new Uint8Array(256);
  SYMBOLS.forEach((symbol, value) => {
    table[symbol] = value;
  });
  for (const like of ',-') table[like.charCodeAt(0)] = 62;
  for (const like of '._') table[like.charCodeAt(0)] = 63;
  return table;
}

export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let out = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text[out++] = SYMBOLS[group >> 18]!;
    text[out++] = SYMBOLS[(group >> 12) & 63]!;
    text[out++] = left > 1 ? SYMBOLS[(group >> 6) & 63]! : PAD;
    text[out++] = left > 2 ? SYMBOLS[group & 63]! : PAD;
  }
  return ascii.decode(text);
}

/** Never throws. Characters beyond U+00FF count as 'A'. */
export function decodeBase64(text: string): Uint8Array {
  const { length } = text;
  if (length === 0) return new Uint8Array(0);
  const value = (at: number) => VALUES[text.charCodeAt(at)] ?? 0;
  const padded = length % 4 !== 0 || text[length - 1] === '=';
  const twoBytes = padded && (length % 4 > 2 || text[length - 2] !== '=');
  const last = Math.trunc((length - (padded ? 1 : 0)) / 4) * 4;
  const bytes = new Uint8Array((last / 4) * 3 + (padded ? 1 : 0) + (twoBytes ? 1 : 0));
  let out = 0;
  for (let at = 0; at < last; at += 4) {
    const group = (value(at) << 18) | (value(at + 1) << 12) | (value(at + 2) << 6) | value(at + 3);
    bytes[out++] = group >> 16;
    bytes[out++] = group >> 8;
    bytes[out++] = group;
  }
  if (padded) {
    const group = (value(last) << 18) | (value(last + 1) << 12) | (value(last + 2) << 6);
    bytes[out++] = group >> 16;
    if (twoBytes) bytes[out++] = group >> 8;
  }
  return bytes;
}
