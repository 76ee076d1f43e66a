import { formatDuration } from '../language/quantities.ts';
import type { SwarmKind } from '../language/swarm-kinds.ts';
import type { Dice } from './dice.ts';
import type { Ground } from './ground.ts';

const MS = 1_000;
const S = 1_000 * MS;
const MIN = 60 * S;

/** One trouble that was drawn: the sentence, and what it holds for how long, so that no second one ends it early. */
export interface Trouble {
  text: string;
  holds: readonly string[];
  /** µs; 0 for what is over at once. */
  us: number;
}

type Draw = (dice: Dice, ground: Ground) => Trouble | undefined;

/** Whole milliseconds, as sentences have them. */
const lasting = (dice: Dice, from: number, to: number) =>
  Math.round(dice.spread(from, to) / MS) * MS;

function timed(text: string, us: number, ...holds: string[]): Trouble {
  return { text: `${text} for ${formatDuration(us)}`, holds, us };
}

const supply = (board: string) => `supply of ${board}`;
const air = ([a, b]: readonly [string, string]) => `link ${a} ${b}`;
const percent = (share: number) => `${Math.round(share)}%`;

/** Where an update and its trial write. */
const PLACES = ['otadata', 'app0', 'app1', 'nvs', 'spiffs', ''];

function onLink(draw: (dice: Dice, link: readonly [string, string]) => Trouble): Draw {
  return (dice, { links }) => (links.length > 0 ? draw(dice, dice.one(links)) : undefined);
}

function powerOf(board: string, dice: Dice): Trouble {
  return timed(`cut power ${board}`, lasting(dice, 100 * MS, 3 * MIN), supply(board));
}

/** How each kind is drawn; undefined where the world has nothing for it. */
export const DRAWS: Record<SwarmKind, Draw> = {
  power: (dice, { boards }) => powerOf(dice.one(boards), dice),
  blackout: (dice, { boards }) =>
    timed('cut power all', lasting(dice, 100 * MS, 30 * S), ...boards.map(supply)),
  gateway(dice, { gateways }) {
    if (gateways.length === 0) return undefined;
    const gateway = dice.one(gateways);
    if (dice.chance(0.5)) return powerOf(gateway, dice);
    return { text: `reset ${gateway}`, holds: [supply(gateway)], us: 0 };
  },
  reset(dice, { boards }) {
    const board = dice.one(boards);
    return { text: `reset ${board}`, holds: [supply(board)], us: 0 };
  },
  'flash-cut'(dice, { boards }) {
    const board = dice.one(boards);
    const place = dice.one(PLACES);
    // Few erases and entries, many pages of an image.
    const [kind, most] = dice.chance(0.4)
      ? ['erase', 20]
      : ['program', place === 'otadata' ? 4 : 300];
    const number = Math.round(dice.spread(1, most as number));
    const phase = dice.one(['before', 'half', 'after']);
    const where = place === '' ? '' : ` in ${place}`;
    const text = `cut power ${board} at ${kind} ${number} ${phase}${where}`;
    // It comes when it comes: nothing else waits for it.
    return { ...timed(text, lasting(dice, 100 * MS, MIN)), holds: [], us: 0 };
  },
  bit(dice, { boards }) {
    const at = dice.whole(0, 0x1ffff);
    return { text: `flip bit ${dice.one(boards)} spare slot at ${at}`, holds: [], us: 0 };
  },
  break: onLink((dice, link) =>
    timed(`break link ${link.join(' ')}`, lasting(dice, S, 4 * MIN), air(link)),
  ),
  'one-way': onLink((dice, link) => {
    const [from, to] = dice.chance(0.5) ? link : link.toReversed();
    return timed(`break link from ${from} to ${to}`, lasting(dice, S, 2 * MIN), air(link));
  }),
  loss: onLink((dice, link) => {
    const loses = `link ${link.join(' ')} loses ${percent(dice.spread(1, 60))}`;
    return timed(loses, lasting(dice, 5 * S, 4 * MIN), air(link));
  }),
  slow: onLink((dice, link) => {
    const latency = formatDuration(lasting(dice, 20 * MS, 3 * S));
    return timed(
      `link ${link.join(' ')} takes ${latency}`,
      lasting(dice, 5 * S, 2 * MIN),
      air(link),
    );
  }),
  router(dice, { gateways }) {
    if (gateways.length === 0) return undefined;
    const what = dice.chance(0.7) ? 'down' : `channel ${dice.whole(2, 13)}`;
    return timed(`router ${what}`, lasting(dice, S, 3 * MIN), 'router');
  },
  server(dice) {
    const latency = formatDuration(lasting(dice, 100 * MS, 20 * S));
    const what = dice.chance(0.5) ? 'down' : `takes ${latency}`;
    return timed(`server ${what}`, lasting(dice, S, 4 * MIN), 'server');
  },
  release(dice, { releases }) {
    if (releases.length === 0) return undefined;
    const image = dice.one(releases);
    const cancels = dice.chance(0.3);
    return { text: `${cancels ? 'cancel' : 'publish'} ${image}`, holds: [], us: 0 };
  },
};
