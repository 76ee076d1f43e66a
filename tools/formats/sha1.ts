import { BlockHash } from './block-hash.ts';

/** SHA-1 (FIPS 180-4) over bytes, for the key derivation of WPA2. Not for signatures. */
export class Sha1 extends BlockHash {
  readonly #state = Int32Array.of(
    0x67452301,
    0xefcdab89 | 0,
    0x98badcfe | 0,
    0x10325476,
    0xc3d2e1f0 | 0,
  );
  readonly #words = new Int32Array(80);

  constructor() {
    super(false);
  }

  protected override state(): Int32Array {
    return this.#state;
  }

  protected override compress(data: Uint8Array, offset: number): void {
    const w = this.#words;
    for (let i = 0, p = offset; i < 16; i++, p += 4) {
      w[i] = (data[p]! << 24) | (data[p + 1]! << 16) | (data[p + 2]! << 8) | data[p + 3]!;
    }
    for (let i = 16; i < 80; i++) w[i] = rotl(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1);
    const state = this.#state;
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const sum = (rotl(a, 5) + e + roundOf(i, b, c, d) + w[i]!) | 0;
      e = d;
      d = c;
      c = rotl(b, 30);
      b = a;
      a = sum;
    }
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
  }
}

function rotl(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Function and constant of round `i`. */
function roundOf(i: number, b: number, c: number, d: number): number {
  if (i < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/** The 20-byte SHA-1 digest. */
export function sha1(data: Uint8Array): Uint8Array {
  return new Sha1().update(data).digest();
}
