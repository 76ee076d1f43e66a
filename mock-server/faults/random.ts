import { createHash } from 'node:crypto';

/** The `n`-th number in [0, 1) of the stream `label` under `seed`: no state, so no draw shifts another. */
export function draw(seed: string, label: string, n: number): number {
  const digest = createHash('sha256').update(`${seed.length}:${seed}:${label}:${n}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/** The `n`-th whole number in [low, high] of a stream. */
export function drawBetween(
  seed: string,
  label: string,
  n: number,
  low: number,
  high: number,
): number {
  return low + Math.floor(draw(seed, label, n) * (high - low + 1));
}
