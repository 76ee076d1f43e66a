/** So many are remembered; a fleet runs few different images. */
const KNOWN_MAX = 64;

/**
 * Answers the one array that stands for these bytes, wherever they were read from: every board reads its image anew at every start.
 * Bytes are compared, so that a single bit that fell makes others. Nobody writes to what it answers.
 */
export function bytesKnower(): (bytes: Uint8Array) => Uint8Array {
  const known: Uint8Array[] = [];
  return (bytes) => {
    const i = known.findLastIndex(
      (one) => one.length === bytes.length && Buffer.compare(one, bytes) === 0,
    );
    // What was given may be a view of something that changes.
    const [found] = i < 0 ? [bytes.slice()] : known.splice(i, 1);
    known.push(found!);
    if (known.length > KNOWN_MAX) known.shift();
    return found!;
  };
}

/** Of what slots hold, whole or torn. */
export const knownBytes = bytesKnower();

/** Works something out once for each array, which nobody changes: hashing an image takes longer than asking a world. */
export function remembered<T extends NonNullable<unknown>>(
  of: (bytes: Uint8Array) => T,
): (bytes: Uint8Array) => T {
  const answers = new WeakMap<Uint8Array, T>();
  return (bytes) => {
    let answer = answers.get(bytes);
    if (answer === undefined) {
      answer = of(bytes);
      answers.set(bytes, answer);
    }
    return answer;
  };
}
