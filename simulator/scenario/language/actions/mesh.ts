import type { Rule, Values } from '../grammar.ts';

/** Mesh frames that do not arrive as they were sent. Times are µs, shares 0 to 1. */
export type MeshAction =
  | {
      do: 'trouble-ota';
      kind: 'announce' | 'request' | 'part';
      trouble: PartTrouble | { delay: number };
      image: string;
      board: string;
      /** painlessMesh's, from 0. */
      part?: number;
      times: number;
      forUs?: number;
    }
  | { do: 'drop-frame'; number: number; from: string; to: string }
  | { do: 'lose-frames'; share: number; boards: readonly string[]; forUs?: number };

export const PART_TROUBLES = ['drop', 'corrupt', 'garble', 'duplicate', 'reorder'] as const;
export type PartTrouble = (typeof PART_TROUBLES)[number];

const OFTEN = '[{times:number} times] [for {duration}]';

export const MESH_RULES: readonly Rule<MeshAction>[] = [
  {
    form: `${PART_TROUBLES.join('|')} part {number} of {image} to {board} ${OFTEN}`,
    help:
      'the next time that part (from 0) comes to the board: it is lost, has a changed byte, is no JSON any more, comes twice, ' +
      'or behind the part after it',
    make: (v) => ({
      ...ota(v, 'part'),
      trouble: PART_TROUBLES.find((word) => v.said(word))!,
      part: v.get('number'),
    }),
  },
  {
    form: `delay part {number} of {image} to {board} by {late:duration} ${OFTEN}`,
    help: 'the next time that part (from 0) comes to the board, it comes so much later',
    make: (v) => ({
      ...ota(v, 'part'),
      trouble: { delay: v.get('duration', 'late') },
      part: v.get('number'),
    }),
  },
  {
    form: `drop request {number} of {image} from {board} ${OFTEN}`,
    help: 'the next request of the board for that part (from 0) is lost',
    make: (v) => ({ ...ota(v, 'request'), trouble: 'drop', part: v.get('number') }),
  },
  {
    form: `drop announce of {image} to {board} ${OFTEN}`,
    help: 'the next offer of the image to the board is lost',
    make: (v) => ({ ...ota(v, 'announce'), trouble: 'drop' }),
  },
  {
    form: 'drop frame {number} from {from:board} to {to:board}',
    help: 'the how manieth mesh frame of the run that one gives to its neighbour is lost, counted from 1',
    make: (v) => ({
      do: 'drop-frame',
      number: v.get('number'),
      from: v.get('board', 'from'),
      to: v.get('board', 'to'),
    }),
  },
  {
    form: 'lose {share} of frames to {boards} [for {duration}]',
    help: 'that share of the mesh frames that come to each is lost for good, as where memory is short: nothing sends them again',
    make: (v) => ({
      do: 'lose-frames',
      share: v.get('share'),
      boards: v.get('boards'),
      forUs: v.find('duration'),
    }),
  },
];

function ota<K extends 'announce' | 'request' | 'part'>(v: Values, kind: K) {
  return {
    do: 'trouble-ota',
    kind,
    image: v.get('image'),
    board: v.get('board'),
    times: v.find('number', 'times') ?? 1,
    forUs: v.find('duration'),
  } as const;
}
