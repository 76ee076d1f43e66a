import { BlockHash } from './block-hash.ts';

/** SHA-256 (FIPS 180-4) over bytes: synchronous and free of node:crypto, so that images can be
 * checked in a browser too. */

/** The first 32 fractional bits of the `degree`-th roots of the first `count` primes. */
function primeRootFractions(count: number, degree: 2 | 3): Int32Array {
  const result = new Int32Array(count);
  for (let n = 2, found = 0; found < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    // Integer root of n * 2^(32*degree), exact where floating point is not.
    const scaled = BigInt(n) << BigInt(32 * degree);
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(degree) <= scaled) low = middle;
      else high = middle;
    }
    result[found++] = Number(BigInt.asIntN(32, low));
  }
  return result;
}

const K = primeRootFractions(64, 3);
const INITIAL = primeRootFractions(8, 2);

/** Hashes piece by piece: `update` any number of times, then `digest` once. */
export class Sha256 extends BlockHash {
  readonly #state = Int32Array.from(INITIAL);
  readonly #schedule = new Int32Array(64);

  constructor() {
    super(false);
  }

  protected override state(): Int32Array {
    return this.#state;
  }

  protected override compress(data: Uint8Array, offset: number): void {
    const w = this.#schedule;
    for (let i = 0, p = offset; i < 16; i++, p += 4) {
      w[i] = (data[p]! << 24) | (data[p + 1]! << 16) | (data[p + 2]! << 8) | data[p + 3]!;
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!;
      const y = w[i - 2]!;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    const state = this.#state;
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let d = state[3]!;
    let e = state[4]!;
    let f = state[5]!;
    let g = state[6]!;
    let h = state[7]!;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
    state[5] = state[5]! + f;
    state[6] = state[6]! + g;
    state[7] = state[7]! + h;
  }
}

/** The 32-byte SHA-256 digest. */
export function sha256(data: Uint8Array): Uint8Array {
  return new Sha256().update(data).digest();
}
