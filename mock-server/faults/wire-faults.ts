import type { FaultKind, FaultOf } from './fault-schema.ts';
import { draw, drawBetween } from './random.ts';
import { cutAt, offsetOf, type Timeline } from './timeline.ts';

/** What a fault may draw from and remember. */
export interface FaultContext {
  seed: string;
  /** The how-manieth request of its plan this is, from 1. */
  turn: number;
  /** Bytes that a connection has had so far; counted by `limit_data`. */
  sent: Map<number | undefined, number>;
  connection: number | undefined;
}

type Apply<K extends FaultKind> = (
  timeline: Timeline,
  fault: FaultOf<K>,
  context: FaultContext,
) => void;

const STARTING = { at: 0 };
/** Different sizes after which a slicer begins again. */
const SLICES = 61;

/** What each fault of the wire does to an answer's bytes and their time. */
export const WIRE_FAULTS = {
  garble,
  reset_after: (line, { at }) => cutAt(line, offsetOf(at, line), 'rst'),
  fin_after: (line, { at }) => cutAt(line, offsetOf(at, line), 'fin'),
  stall_after(line, { at, seconds }) {
    const offset = offsetOf(at, line);
    if (seconds === undefined) cutAt(line, offset, 'stall');
    else if (offset !== undefined) line.pauses.push({ at: offset, ms: seconds * 1000 });
  },
  drip(line, { bytes, every_ms }) {
    line.pacing = { sizes: [bytes], gapMs: every_ms };
  },
  split(line, { at, gap_ms }) {
    for (const place of at) {
      const offset = offsetOf(place, line);
      if (offset !== undefined) line.pauses.push({ at: offset, ms: gap_ms });
    }
  },
  slicer(line, { average_size, size_variation, delay_ms }, { seed, turn }) {
    const low = Math.max(1, average_size - size_variation);
    const high = average_size + size_variation;
    const sizes = Array.from({ length: size_variation === 0 ? 1 : SLICES }, (_, i) =>
      drawBetween(seed, `slicer:${turn}`, i, low, high),
    );
    line.pacing = { sizes, gapMs: delay_ms };
  },
  latency(line, { ms, jitter_ms }, { seed, turn }) {
    const off = (draw(seed, 'latency', turn) * 2 - 1) * jitter_ms;
    line.pauses.push({ ...STARTING, ms: Math.max(0, ms + off) });
  },
  bandwidth(line, { bytes_per_s }) {
    // Ten pieces a second, or single bytes where that would be less than one.
    const size = Math.max(1, Math.round(bytes_per_s / 10));
    line.pacing = { sizes: [size], gapMs: (size / bytes_per_s) * 1000 };
  },
  slow_close(line, { ms }) {
    line.endAfterMs += ms;
  },
  timeout(line, { ms }) {
    cutAt(line, 0, ms === undefined ? 'stall' : 'fin');
    line.endAfterMs += ms ?? 0;
  },
  reset_peer(line, { ms }) {
    cutAt(line, 0, 'rst');
    line.endAfterMs += ms;
  },
  limit_data(line, { bytes }, { sent, connection }) {
    const before = sent.get(connection) ?? 0;
    const length = line.head.length + line.body.length;
    sent.set(connection, before + length);
    if (before + length > bytes) {
      cutAt(line, Math.max(0, bytes - before), 'fin');
      // The next connection starts at nothing; a face that does not number them has one after another.
      sent.delete(connection);
    }
  },
  close_after(line, { end, ms }) {
    if (line.cut < line.head.length + line.body.length) return;
    line.end = end;
    line.endAfterMs += ms;
  },
} satisfies { [K in FaultKind]?: Apply<K> };

function garble(
  line: Timeline,
  { bytes, part, from, to }: FaultOf<'garble'>,
  { seed, turn }: FaultContext,
): void {
  const changed = line[part].slice();
  const last = Math.min(changed.length, to ?? changed.length) - 1;
  if (last < from) return;
  for (let i = 0; i < bytes; i++) {
    const at = drawBetween(seed, `garble:at:${turn}`, i, from, last);
    // Never 0: a garbled byte differs.
    changed[at] = changed[at]! ^ drawBetween(seed, `garble:by:${turn}`, i, 1, 255);
  }
  line[part] = changed;
}
