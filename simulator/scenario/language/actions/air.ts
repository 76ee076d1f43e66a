import type { Rule } from '../grammar.ts';

/** Links between boards, and the access point of the gateway. Times are µs, shares 0 to 1. */
export type AirAction =
  | { do: 'break-link'; a: string; b: string; oneWay: boolean; forUs?: number }
  | { do: 'heal-link'; a: string; b: string }
  | { do: 'lossy-link'; a: string; b: string; loss: number; forUs?: number }
  | { do: 'slow-link'; a: string; b: string; latencyUs: number; forUs?: number }
  | { do: 'jittery-link'; a: string; b: string; jitterUs: number; forUs?: number }
  | { do: 'restart-access-point'; place: string }
  | { do: 'router-down'; forUs?: number }
  | { do: 'router-up' }
  | { do: 'router-channel'; channel: number; forUs?: number };

export const AIR_RULES: readonly Rule<AirAction>[] = [
  {
    form: 'break link {a:place} {b:place} [for {duration}]',
    help: 'nothing gets through in either direction',
    make: (v) => ({ do: 'break-link', ...ends(v), oneWay: false, forUs: v.find('duration') }),
  },
  {
    form: 'break link from {a:place} to {b:place} [for {duration}]',
    help: 'nothing gets through in that direction',
    make: (v) => ({ do: 'break-link', ...ends(v), oneWay: true, forUs: v.find('duration') }),
  },
  {
    form: 'heal link {a:place} {b:place}',
    help: 'ends every trouble between the two',
    make: (v) => ({ do: 'heal-link', ...ends(v) }),
  },
  {
    form: 'link {a:place} {b:place} loses {share} [for {duration}]',
    help: 'that share of segments is lost and sent again',
    make: (v) => ({
      do: 'lossy-link',
      ...ends(v),
      loss: v.get('share'),
      forUs: v.find('duration'),
    }),
  },
  {
    form: 'link {a:place} {b:place} takes {latency:duration} [for {duration}]',
    help: 'one-way delay of both directions',
    make: (v) => ({
      do: 'slow-link',
      ...ends(v),
      latencyUs: v.get('duration', 'latency'),
      forUs: v.find('duration'),
    }),
  },
  {
    form: 'link {a:place} {b:place} jitters by {jitter:duration} [for {duration}]',
    help: 'each segment of both directions takes up to that much longer, drawn',
    make: (v) => ({
      do: 'jittery-link',
      ...ends(v),
      jitterUs: v.get('duration', 'jitter'),
      forUs: v.find('duration'),
    }),
  },
  {
    form: 'access point of {place} restarts',
    help: 'it sends its stations away, and is back a second later; the board runs on',
    make: (v) => ({ do: 'restart-access-point', place: v.get('place') }),
  },
  {
    form: 'router down [for {duration}]',
    help: 'the access point of the gateway loses its power',
    make: (v) => ({ do: 'router-down', forUs: v.find('duration') }),
  },
  { form: 'router up', help: 'and has it again', make: () => ({ do: 'router-up' }) },
  {
    form: 'router channel {number} [for {duration}]',
    help: 'the access point restarts on another channel, 1 to 13; later on 1 again',
    make: (v) => ({
      do: 'router-channel',
      channel: v.get('number'),
      forUs: v.find('duration'),
    }),
  },
];

function ends(v: { get(type: 'place', name: string): string }) {
  return { a: v.get('place', 'a'), b: v.get('place', 'b') };
}
