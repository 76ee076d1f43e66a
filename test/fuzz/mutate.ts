import { drawer } from '../../tools/formats/testing/nvs-workload.ts';

export type Draw = (n: number) => number;

/** Numbers at which fields overflow or change their meaning. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** A seed with up to five changes, or now and then bytes of no meaning at all. */
export function mutant(
  seeds: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
  draw: Draw,
): Uint8Array {
  if (draw(20) === 0) return Uint8Array.from({ length: draw(300) }, () => draw(256));
  let bytes: Uint8Array = seeds[draw(seeds.length)]!.slice();
  for (let changes = 1 + draw(5); changes > 0; changes--) {
    bytes = changed(bytes, seeds, tokens, draw);
  }
  return bytes;
}

/** The mutants of one run, the same for the same seed. */
export function* mutants(
  target: { seeds: readonly Uint8Array[]; tokens?: readonly Uint8Array[] },
  seed: number,
): Generator<{ bytes: Uint8Array; reseal: boolean }, never> {
  const draw = drawer(seed);
  for (;;) {
    const bytes = mutant(target.seeds, target.tokens ?? [], draw);
    yield { bytes, reseal: draw(2) === 0 };
  }
}

function changed(
  bytes: Uint8Array,
  seeds: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
  draw: Draw,
): Uint8Array {
  // Most of what decides stands at the beginning.
  const near = draw(3) === 0 ? Math.min(bytes.length, 64) : bytes.length;
  const at = draw(near + 1);
  // An input cut short is refused soon, so few are.
  if (draw(60) === 0) return bytes.slice(0, at);
  switch (draw(9)) {
    case 0:
      return written(bytes, at, Uint8Array.of(1 << draw(8)), true);
    case 1:
    case 2:
      return written(bytes, at, Uint8Array.of(draw(256)));
    case 3:
    case 4:
      return written(bytes, at - (at % 4) + draw(4), edge(draw));
    case 5:
      return spliced(bytes, at, draw(3) === 0 ? draw(40) : 0, new Uint8Array(draw(3) * 4));
    case 6: {
      const from = draw(bytes.length + 1);
      return spliced(bytes, at, 0, bytes.subarray(from, from + draw(80)));
    }
    case 7: {
      const other = seeds[draw(seeds.length)]!;
      return written(bytes, at, other.subarray(at, at + draw(200)));
    }
    default: {
      const token = tokens[draw(tokens.length)] ?? edge(draw);
      return draw(2) === 0 ? written(bytes, at, token) : spliced(bytes, at, 0, token);
    }
  }
}

/** A number at the edge, in one, two or four bytes, or one off. */
function edge(draw: Draw): Uint8Array {
  const value = EDGES[draw(EDGES.length)]! + draw(3) - 1;
  const length = [1, 2, 4][draw(3)]!;
  return Uint8Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 0xff);
}

function written(bytes: Uint8Array, at: number, piece: Uint8Array, flip = false): Uint8Array {
  for (const [i, byte] of piece.entries()) {
    if (at + i < bytes.length) bytes[at + i] = flip ? bytes[at + i]! ^ byte : byte;
  }
  return bytes;
}

function spliced(bytes: Uint8Array, at: number, drop: number, piece: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + drop));
  const result = new Uint8Array(at + piece.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(piece, at);
  result.set(rest, at + piece.length);
  return result;
}
