import { verifyImage } from '../../tools/formats/esp-image.ts';

type Expected = NonNullable<Parameters<typeof verifyImage>[1]>;
type Verdict = ReturnType<typeof verifyImage>;

/** So many images are remembered; a fleet runs few different ones. */
const KNOWN_MAX = 64;
const known: { bytes: Uint8Array; key: string; verdict: Verdict }[] = [];

/**
 * `verifyImage`, which hashes all of the image, for those who verify the same bytes again and again: every start of every board. Bytes
 * are compared, so that a single bit that fell makes another image.
 */
export function verdictOn(bytes: Uint8Array, expected: Expected): Verdict {
  const key = `${bytes.length} ${JSON.stringify(expected)}`;
  const i = known.findIndex((one) => one.key === key && Buffer.compare(one.bytes, bytes) === 0);
  if (i >= 0) {
    const [found] = known.splice(i, 1);
    known.push(found!);
    return found!.verdict;
  }
  // The bytes may be a view of something that changes.
  const copy = bytes.slice();
  const verdict = verifyImage(copy, expected);
  known.push({ bytes: copy, key, verdict });
  if (known.length > KNOWN_MAX) known.shift();
  return verdict;
}
