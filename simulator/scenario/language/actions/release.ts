import type { Rule } from '../grammar.ts';

/** What someone does who manages the server. Times are µs, shares 0 to 1. */
export type ReleaseAction =
  | { do: 'publish'; image: string; board?: string; forced: boolean; stable: boolean }
  | { do: 'publish-again' }
  | { do: 'cancel'; image: string }
  | { do: 'mark-stable'; image: string };

export const RELEASE_RULES: readonly Rule<ReleaseAction>[] = [
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
    form: 'publish again',
    help: 'orders the last release of each role once more where a board neither runs it nor fell back from it',
    make: () => ({ do: 'publish-again' }),
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
];
