import { hash, timingSafeEqual } from 'node:crypto';

/** Bytes compared, whatever was given; the last one holds the length. */
const WIDTH = 256;

/**
 * Whether a text is `secret`, in a time that says nothing of either. A secret that fits is compared as it
 * is, padded: digests of both would cost ten times as much, on every request. Nobody has an absent one.
 */
export function secretMatcher(secret: string | undefined): (given: string | null) => boolean {
  if (!secret) return () => false;
  const expected = Buffer.alloc(WIDTH);
  if (!fill(expected, secret)) return longMatcher(secret);
  const scratch = Buffer.alloc(WIDTH);
  return (given) => given !== null && fill(scratch, given) && timingSafeEqual(scratch, expected);
}

/** False where the text does not fit. */
function fill(bytes: Buffer, text: string): boolean {
  if (text.length >= WIDTH || Buffer.byteLength(text) >= WIDTH) return false;
  bytes.fill(0);
  bytes[WIDTH - 1] = bytes.write(text);
  return true;
}

function longMatcher(secret: string): (given: string | null) => boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  const expected = digest(secret);
  return (given) => given !== null && timingSafeEqual(digest(given), expected);
}
