/**
 * UTF-8 text that survives a round trip whatever bytes it came from.
 *
 * painlessMesh forwards the bytes of a string untouched, valid UTF-8 or not. A JavaScript string cannot
 * hold a stray byte, so each byte that is not part of valid UTF-8 is kept as the lone surrogate
 * U+DC00 + byte (the "surrogateescape" convention) and becomes that byte again on the way out.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const ESCAPE = 0xdc00;

/** Bytes to text. Never throws; stray bytes become U+DC80..U+DCFF. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeDamaged(bytes);
  }
}

/** Text to bytes; the inverse of {@link decodeText}. Any other lone surrogate becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : encodeDamaged(text);
}

/** The bytes of `text` followed by one NUL: a frame as it stands on the wire. */
export function encodeFrame(text: string): Uint8Array {
  return encodeText(`${text}\0`);
}

/** Length in bytes of the valid UTF-8 sequence at `at`, or 0 when the byte there begins none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  const fourth = bytes[at + 3] ?? 0;
  const tail = (byte: number) => (byte & 0xc0) === 0x80;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(second) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const low = lead === 0xe0 ? 0xa0 : 0x80; // shorter forms exist
    const high = lead === 0xed ? 0x9f : 0xbf; // surrogates are no characters
    return second >= low && second <= high && tail(third) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const low = lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xf4 ? 0x8f : 0xbf; // nothing above U+10FFFF
    return second >= low && second <= high && tail(third) && tail(fourth) ? 4 : 0;
  }
  return 0;
}

function decodeDamaged(bytes: Uint8Array): string {
  let text = '';
  let clean = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += strict.decode(bytes.subarray(clean, at)) + String.fromCharCode(ESCAPE + bytes[at]!);
    clean = ++at;
  }
  return text + strict.decode(bytes.subarray(clean));
}

function encodeDamaged(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) bytes.push(code - ESCAPE);
    else for (const byte of encoder.encode(char)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
