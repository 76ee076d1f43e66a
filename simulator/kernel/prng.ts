import { createHash } from 'node:crypto';

/** A stream of pseudo-random numbers: each call answers the next, in [0, 1). */
export type RandomStream = () => number;

/** Answers the stream of a name; the same seed and name give the same numbers, whoever else draws. */
export type Randomness = (name: string) => RandomStream;

/**
 * Seeded randomness by named streams (`prng('link:a-b')`), so that one more consumer shifts no other.
 * The generator is xoshiro128** 1.1 (Blackman and Vigna, public domain); its state is SHA-256(seed, name).
 */
export function createRandomness(seed: string): Randomness {
  return (name) => {
    const digest = createHash('sha256').update(`${seed.length}:${seed}:${name}`).digest();
    const state = new Uint32Array(4);
    for (let i = 0; i < 4; i++) state[i] = digest.readUInt32LE(i * 4);
    return () => next(state) / 2 ** 32;
  };
}

function next(s: Uint32Array): number {
  const [s0, s1, s2, s3] = [s[0]!, s[1]!, s[2]!, s[3]!];
  const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
  const t = s1 << 9;
  const n2 = s2 ^ s0;
  const n3 = s3 ^ s1;
  s[1] = s1 ^ n2;
  s[0] = s0 ^ n3;
  s[2] = n2 ^ t;
  s[3] = rotl(n3, 11);
  return result;
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
