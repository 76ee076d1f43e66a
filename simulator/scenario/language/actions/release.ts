import type { Rule } from '../grammar.ts';

/** What someone does who manages the server. Times are µs, shares 0 to 1. */
export type ReleaseAction =
  | {
      do: 'publish';
      image: string;
      board?: string;
      forced: boolean;
      stable: boolean;
      beta: boolean;
      needs?: string;
      unchecked: boolean;
    }
  | { do: 'publish-again' }
  | { do: 'cancel'; image: string }
  | { do: 'mark-stable'; image: string };

export const RELEASE_RULES: readonly Rule<ReleaseAction>[] = [
  {
    form: 'publish {image} [to {board}] [forced] [stable] [beta] [needs {text}] [unchecked]',
    help: 'uploads the image and orders its update. In a mesh: of one node, also where it runs already, as a stable release. For boards that update directly: as a beta that nobody is offered, for those on that version or above, whatever the file is',
    make: (v) => ({
      do: 'publish',
      image: v.get('image'),
      board: v.find('board'),
      forced: v.said('forced'),
      stable: v.said('stable'),
      beta: v.said('beta'),
      needs: v.find('text'),
      unchecked: v.said('unchecked'),
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
    help: 'makes a beta for boards that update directly a stable release',
    make: (v) => ({ do: 'mark-stable', image: v.get('image') }),
  },
];
