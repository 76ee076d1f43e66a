import type { SendStep, WaitStep, WireEnd, WireScript } from '../../tools/formats/wire-script.ts';
import type { Place } from './fault-schema.ts';

/** The bytes of an answer, and when they go. */
export interface Timeline {
  head: Uint8Array;
  body: Uint8Array;
  /** Before byte `at` (from the status line on) nothing is sent for `ms`; 0 only ends a piece there. */
  pauses: { at: number; ms: number }[];
  /** In what pieces; undefined for none. */
  pacing: { sizes: readonly number[]; gapMs: number } | undefined;
  /** Nothing from this byte on. */
  cut: number;
  end: WireEnd;
  /** Between the last byte and the end. */
  endAfterMs: number;
}

export function timelineOf(head: Uint8Array, body: Uint8Array, end: WireEnd): Timeline {
  const cut = Number.POSITIVE_INFINITY;
  return { head, body, pauses: [], pacing: undefined, cut, end, endAfterMs: 0 };
}

/** The offset of a place in head and body, or `undefined` where this answer is too short to come so far. */
export function offsetOf(place: Place, { head, body }: Timeline): number | undefined {
  const total = head.length + body.length;
  if (typeof place === 'number') {
    if (place < 0) return Math.max(head.length, total + place);
    return place <= body.length ? head.length + place : undefined;
  }
  const line = head.indexOf(10) + 1;
  if (place === 'status_line') return Math.floor(line / 2);
  if (place === 'headers') return Math.floor((line + head.length) / 2);
  if (place === 'first_1024') return head.length + Math.min(512, Math.floor(body.length / 2));
  const offset = 'head' in place ? place.head : place.answer;
  const limit = 'head' in place ? head.length : total;
  return offset <= limit ? offset : undefined;
}

/** Ends the answer before byte `offset`, unless it ends earlier already. */
export function cutAt(timeline: Timeline, offset: number | undefined, end: WireEnd): void {
  if (offset === undefined || offset >= timeline.cut) return;
  timeline.cut = offset;
  timeline.end = end;
}

/** The same as plain data that a socket or a virtual stream plays. */
export function scriptOf(timeline: Timeline): WireScript {
  const all = Buffer.concat([timeline.head, timeline.body]);
  const length = Math.min(all.length, timeline.cut);
  const pauses = timeline.pauses.filter(({ at }) => at <= length).sort((a, b) => a.at - b.at);
  const steps: (SendStep | WaitStep)[] = [];
  let sent = 0;
  const sendUntil = (at: number) => {
    if (at > sent) steps.push(sendStep(all.subarray(sent, at), timeline.pacing));
    sent = Math.max(sent, at);
  };
  for (const { at, ms } of pauses) {
    sendUntil(at);
    if (ms > 0) steps.push({ kind: 'wait', ms });
  }
  sendUntil(length);
  if (timeline.endAfterMs > 0) steps.push({ kind: 'wait', ms: timeline.endAfterMs });
  return { kind: 'wire-script', steps, end: timeline.end };
}

function sendStep(bytes: Uint8Array, pacing: Timeline['pacing']): SendStep {
  return pacing ? { kind: 'send', bytes, ...pacing } : { kind: 'send', bytes };
}
