import type { FlashOperation } from './nor-flash.ts';

/** What one page program command of the chip writes, bytes. */
export const PAGE_SIZE = 256;

/**
 * How much of an operation is done when the power fails. `half`: its first half. `out-of-order`: the last half of the page, sector or
 * block that the chip was at, and nothing of its first. `torn`: bits here and there of what it was at.
 */
export const CUT_PHASES = ['before', 'half', 'after', 'out-of-order', 'torn'] as const;
export type CutPhase = (typeof CUT_PHASES)[number];

/** Draws from 0 to below 1. */
type Draw = () => number;

/**
 * What of `data` reaches the cells when the power fails: bytes of the same length, 0xff where nothing does. The driver gives the chip one
 * page after another, so pages are done in their order; within one page the chip programs bits in any.
 */
export function programmedBytes(
  { offset }: FlashOperation,
  data: Uint8Array,
  phase: CutPhase,
  draw: Draw,
): Uint8Array {
  const done = new Uint8Array(data.length).fill(0xff);
  if (phase === 'after') done.set(data);
  if (phase === 'half') done.set(data.subarray(0, data.length >> 1));
  if (phase !== 'torn' && phase !== 'out-of-order') return done;
  const [from, to] = middlePage(offset, data.length);
  done.set(data.subarray(0, from));
  if (phase === 'out-of-order') {
    const middle = (from + to) >> 1;
    done.set(data.subarray(middle, to), middle);
    return done;
  }
  for (let at = from; at < to; at++) done[at] = data[at]! | drawByte(draw);
  return done;
}

/** Where in an operation's bytes the page begins and ends that the power fails in. */
function middlePage(offset: number, length: number): [from: number, to: number] {
  const first = Math.floor(offset / PAGE_SIZE);
  const last = Math.floor((offset + length - 1) / PAGE_SIZE);
  const page = (first + last + 1) >> 1;
  const from = Math.max(0, page * PAGE_SIZE - offset);
  return [from, Math.min(length, (page + 1) * PAGE_SIZE - offset)];
}

/** Which bytes of a block or sector are whole again when its erase is cut, as [from, to). */
export function erasedBytes(
  length: number,
  phase: Exclude<CutPhase, 'torn'>,
): [from: number, to: number] {
  if (phase === 'before') return [0, 0];
  if (phase === 'half') return [0, length >> 1];
  return [phase === 'after' ? 0 : length >> 1, length];
}

/** A byte of drawn bits. */
export function drawByte(draw: Draw): number {
  return Math.floor(draw() * 256);
}
