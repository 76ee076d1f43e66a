import { verifyImage } from '../../tools/formats/esp-image.ts';
import { knownBytes, remembered } from './known-bytes.ts';

type Expected = NonNullable<Parameters<typeof verifyImage>[1]>;
type Verdict = ReturnType<typeof verifyImage>;

const verdictsOf = remembered(() => new Map<string, Verdict>());

/** `verifyImage`, which hashes all of the image, for those who verify the same bytes again and again: every start of every board. */
export function verdictOn(bytes: Uint8Array, expected: Expected): Verdict {
  const image = knownBytes(bytes);
  const verdicts = verdictsOf(image);
  const key = JSON.stringify(expected);
  let verdict = verdicts.get(key);
  if (!verdict) verdicts.set(key, (verdict = verifyImage(image, expected)));
  return verdict;
}
