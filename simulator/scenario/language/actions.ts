import { createGrammar, type Rule } from './grammar.ts';

/** What a step of the timeline does. Times are µs, shares 0 to 1. */
export type Action =
  | { do: 'power-on'; boards: readonly string[] }
  | { do: 'cut-power'; boards: readonly string[]; forUs?: number }
  | {
      do: 'cut-at-flash';
      board: string;
      kind: 'erase' | 'program';
      number: number;
      phase: Phase;
      /** Counts only operations in that partition. */
      label?: string;
    }
  | { do: 'press-reset'; boards: readonly string[] }
  | { do: 'publish'; image: string; board?: string; forced: boolean; stable: boolean }
  | { do: 'cancel'; image: string }
  | { do: 'mark-stable'; image: string }
  | { do: 'break-link'; a: string; b: string; oneWay: boolean; forUs?: number }
  | { do: 'heal-link'; a: string; b: string }
  | { do: 'lossy-link'; a: string; b: string; loss: number; forUs?: number }
  | { do: 'slow-link'; a: string; b: string; latencyUs: number; forUs?: number }
  | { do: 'server-down'; forUs?: number }
  | { do: 'server-slow'; latencyUs: number; forUs?: number }
  | { do: 'server-up' }
  | { do: 'router-down'; forUs?: number }
  | { do: 'router-up' }
  | { do: 'router-channel'; channel: number }
  | { do: 'drive-pin'; board: string; pin: number; level: 0 | 1 }
  | { do: 'serial-input'; board: string; text: string }
  | { do: 'flip-bit'; board: string; slot: number; offset: number }
  | { do: 'replace-firmware'; board: string; image: string }
  | { do: 'note'; text: string };

export type Phase = 'before' | 'half' | 'after';

const flash = (kind: 'erase' | 'program'): Rule<Action> => ({
  form: `cut power {board} at ${kind} {number} before|half|after [in {label}]`,
  help: `cuts the power at the how manieth ${kind} of the board's flash, or of a partition, from now on, counted from 1`,
  make: (v) => ({
    do: 'cut-at-flash',
    board: v.get('board'),
    kind,
    number: v.get('number'),
    phase: v.said('before') ? 'before' : v.said('half') ? 'half' : 'after',
    label: v.find('label'),
  }),
});

export const ACTIONS = createGrammar<Action>('action', [
  {
    form: 'power on {boards}',
    help: 'switches boards on',
    make: (v) => ({ do: 'power-on', boards: v.get('boards') }),
  },
  {
    form: 'cut power {boards} [for {duration}]',
    help: 'takes the supply away, and with "for" gives it back',
    make: (v) => ({ do: 'cut-power', boards: v.get('boards'), forUs: v.find('duration') }),
  },
  flash('erase'),
  flash('program'),
  {
    form: 'reset {boards}',
    help: 'presses the reset button',
    make: (v) => ({ do: 'press-reset', boards: v.get('boards') }),
  },
  {
    form: 'publish {image} [to {board}] [forced] [stable]',
    help: 'uploads the image and orders its update: of one node, also where it runs already, as a stable release',
    make: (v) => ({
      do: 'publish',
      image: v.get('image'),
      board: v.find('board'),
      forced: v.said('forced'),
      stable: v.said('stable'),
    }),
  },
  {
    form: 'cancel {image}',
    help: 'ends the update that was ordered for the image, also in progress',
    make: (v) => ({ do: 'cancel', image: v.get('image') }),
  },
  {
    form: 'mark {image} stable',
    help: 'makes an uploaded image a stable release',
    make: (v) => ({ do: 'mark-stable', image: v.get('image') }),
  },
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
    form: 'server down [for {duration}]',
    help: 'takes connections and resets them',
    make: (v) => ({ do: 'server-down', forUs: v.find('duration') }),
  },
  {
    form: 'server takes {latency:duration} [for {duration}]',
    help: 'answers that late',
    make: (v) => ({
      do: 'server-slow',
      latencyUs: v.get('duration', 'latency'),
      forUs: v.find('duration'),
    }),
  },
  { form: 'server up', help: 'ends both', make: () => ({ do: 'server-up' }) },
  {
    form: 'router down [for {duration}]',
    help: 'the access point of the gateway loses its power',
    make: (v) => ({ do: 'router-down', forUs: v.find('duration') }),
  },
  { form: 'router up', help: 'and has it again', make: () => ({ do: 'router-up' }) },
  {
    form: 'router channel {number}',
    help: 'the access point restarts on another channel, 1 to 13',
    make: (v) => ({ do: 'router-channel', channel: v.get('number') }),
  },
  {
    form: 'pin {board} {number} {level}',
    help: 'drives an input pin',
    make: (v) => ({
      do: 'drive-pin',
      board: v.get('board'),
      pin: v.get('number'),
      level: v.get('level'),
    }),
  },
  {
    form: 'type {text} at {board}',
    help: 'sends a line into the serial port',
    make: (v) => ({ do: 'serial-input', board: v.get('board'), text: v.get('text') }),
  },
  {
    form: 'flip bit {board} slot {slot:number} [at {number}]',
    help: 'takes one bit of an app slot away, at or soon after that byte (0)',
    make: (v) => ({
      do: 'flip-bit',
      board: v.get('board'),
      slot: v.get('number', 'slot'),
      offset: v.find('number') ?? 0,
    }),
  },
  {
    form: 'replace {board} with {image}',
    help: 'someone puts a board with other firmware in its place: same name and radio, new flash',
    make: (v) => ({ do: 'replace-firmware', board: v.get('board'), image: v.get('image') }),
  },
  {
    form: 'note {text}',
    help: 'writes a line into the report',
    make: (v) => ({ do: 'note', text: v.get('text') }),
  },
]);

function ends(v: { get(type: 'place', name: string): string }) {
  return { a: v.get('place', 'a'), b: v.get('place', 'b') };
}
