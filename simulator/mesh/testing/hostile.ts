/** Frames made of almost the right things, for every handler. */
import fc from 'fast-check';
import { MD5 } from './victim.ts';

const ids = fc.constantFrom<unknown>(
  ...[0, 1, 2, 3, 30, 3000, 4294967295, 4294967296, -1, 1.5, '2', null, true, [], {}],
);
const words = fc.constantFrom<unknown>(
  ...['pir', 'ESP32', MD5, 'null', '', 'AAAA', '"\\\u0000', 7, null, {}, []],
);
const numbers = fc.oneof(
  fc.nat(3),
  fc.constantFrom<unknown>(-1, 2 ** 31, 2 ** 32 - 1, 1e300, '1', null, false),
);
const tree = fc.letrec((tie) => ({
  node: fc.record(
    {
      nodeId: ids,
      root: fc.constantFrom<unknown>(true, false, 1, 'x'),
      subs: fc.oneof({ depthSize: 'small' }, fc.array(tie('node'), { maxLength: 3 }), numbers),
    },
    { requiredKeys: [] },
  ),
})).node as fc.Arbitrary<object>;

const time = fc.record(
  { type: fc.integer({ min: -2, max: 4 }), t0: numbers, t1: numbers, t2: numbers },
  { requiredKeys: [] },
);
const fields = fc.record(
  {
    from: ids,
    dest: ids,
    routing: fc.constantFrom<unknown>(-1, 0, 1, 2, 3, '1', null),
    msg: fc.oneof(words, time),
    md5: words,
    hardware: words,
    role: words,
    forced: fc.constantFrom<unknown>(true, false, 1),
    broadcasted: fc.constantFrom<unknown>(true, false, 'true'),
    noPart: numbers,
    partNo: numbers,
    data: words,
    id: numbers,
    time: numbers,
    stability: numbers,
    freeMemory: numbers,
  },
  { requiredKeys: [] },
);
/** What gets a frame past a handler's first look; half of the frames have it. */
const offer = { from: 3000, dest: 1, md5: MD5, hardware: 'ESP32', role: 'pir', noPart: 2 };
const SOUND: Record<number, object> = {
  3: { from: 2, dest: 1 },
  4: { from: 2, dest: 1 },
  10: { ...offer, routing: 2 },
  11: { ...offer, routing: 1, partNo: 0 },
  12: { ...offer, routing: 1, partNo: 0, data: 'AAAA' },
  13: { routing: 2, from: 2, hardware: 'ESP32' },
};

/** A frame of one of `types`: members missing, of other types, at the edges of their ranges. */
export function frames(types: readonly number[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...types), fields, tree, fc.boolean())
    .map(([type, some, layout, sound]) =>
      JSON.stringify({ ...layout, ...(sound ? SOUND[type] : {}), ...some, type }),
    );
}

const EVERY = Array.from({ length: 16 }, (_, i) => i - 1);

/** No frame at all, or one that breaks off. */
export const rubbish = fc.oneof(
  fc.string(),
  fc.json(),
  frames(EVERY).map((text) => text.slice(0, -3)),
);

/** What each handler is fed: its types among frames of every other type and rubbish. */
export const HANDLERS: Record<string, readonly number[]> = {
  time: [3, 4],
  'node-sync': [5, 6],
  messages: [8, 9],
  ota: [10, 11, 12],
  plugins: [13, 14],
  packages: [20, 21, 2 ** 31 - 1],
  any: EVERY,
};

/** Up to 40 frames, each with the number of the link that it comes by. */
export function traffic(handler: string): fc.Arbitrary<[link: number, text: string][]> {
  const frame = fc.oneof(
    { weight: 5, arbitrary: frames(HANDLERS[handler]!) },
    { weight: 1, arbitrary: frames(EVERY) },
    { weight: 1, arbitrary: rubbish },
  );
  return fc.array(fc.tuple(fc.nat(2), frame), { maxLength: 40 });
}
