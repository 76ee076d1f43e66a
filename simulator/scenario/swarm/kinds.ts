import { CUT_PHASES } from '../../board/torn-flash.ts';
import { PART_TROUBLES } from '../language/actions/mesh.ts';
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
  /** When the trouble itself is over, where that is not `us`. */
  ends?: number;
}

type Draw = (dice: Dice, ground: Ground) => Trouble | undefined;

/** Whole milliseconds, as sentences have them. */
const lasting = (dice: Dice, from: number, to: number) =>
  Math.round(dice.spread(from, to) / MS) * MS;

function timed(text: string, us: number, ...holds: string[]): Trouble {
  return { text: `${text} for ${formatDuration(us)}`, holds, us };
}

/** Over as soon as it is there, as far as others must wait for it. */
const atOnce = (text: string, ...holds: string[]): Trouble => ({ text, holds, us: 0 });

const supply = (board: string) => `supply of ${board}`;
const air = ([a, b]: readonly [string, string]) => `link ${a} ${b}`;
const percent = (share: number) => `${Math.round(share)}%`;

/** Where an update and its trial write. */
const PLACES = ['otadata', 'app0', 'app1', 'nvs', 'spiffs', ''];

/** By the names of the server's presets, with what they take. */
const SERVER_FAULTS = [
  'ignore_range',
  'chunked',
  'chunked_odd_sizes',
  'close_delimited',
  'empty_body',
  'html_200',
  'redirect_to_login',
  'wrong_content_type',
  'shed_downloads',
  'drop_status',
  'lose_status_answer',
  'status_500',
  'duplicate_status',
  'reorder_status',
  'delay_status 20s',
  'missing_content_range',
];

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
    return atOnce(`reset ${gateway}`, supply(gateway));
  },
  reset(dice, { boards }) {
    const board = dice.one(boards);
    return atOnce(`reset ${board}`, supply(board));
  },
  'flash-cut'(dice, { boards }) {
    const board = dice.one(boards);
    const place = dice.one(PLACES);
    // Few erases and entries, many pages of an image.
    const [kind, most] = dice.chance(0.4)
      ? ['erase', 20]
      : ['program', place === 'otadata' ? 4 : 300];
    const number = Math.round(dice.spread(1, most as number));
    const phase = dice.one(CUT_PHASES);
    const where = place === '' ? '' : ` in ${place}`;
    const moment = `${board} at ${kind} ${number} ${phase}${where}`;
    if (dice.chance(0.2)) return atOnce(`brown-out ${moment}`);
    const text = `cut power ${moment}`;
    // It comes when it comes: nothing else waits for it.
    return { ...timed(text, lasting(dice, 100 * MS, MIN)), holds: [], us: 0 };
  },
  'brown-out': (dice, { boards }) => {
    const board = dice.one(boards);
    if (dice.chance(0.5)) return atOnce(`brown-out ${board}`, supply(board));
    return timed(`brown-out ${board}`, lasting(dice, 100 * MS, 3 * S), supply(board));
  },
  crash(dice, { boards }) {
    const board = dice.one(boards);
    const text = dice.chance(0.5)
      ? `crash ${board}`
      : `hang ${board} for ${formatDuration(lasting(dice, S, 2 * MIN))}`;
    // Firmware that crashes more often than this on one board has to be given up, and that is another story.
    return { text, holds: [`firmware of ${board}`], us: 5 * MIN, ends: 2 * MIN };
  },
  memory(dice, { boards }) {
    const board = dice.one(boards);
    const number = Math.round(dice.spread(1, 5000));
    const text = `allocation ${number} of ${board} fails`;
    return { text, holds: [`firmware of ${board}`], us: 5 * MIN, ends: 0 };
  },
  clock(dice, { boards }) {
    const board = dice.one(boards);
    const runs = `${dice.whole(1, 200)} ppm ${dice.one(['fast', 'slow'])}`;
    return timed(`clock ${board} runs ${runs}`, lasting(dice, 10 * S, 5 * MIN), `clock ${board}`);
  },
  bit(dice, { boards }) {
    const at = dice.whole(0, 0x1ffff);
    return atOnce(`flip bit ${dice.one(boards)} spare slot at ${at}`);
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
    const verb = dice.chance(0.5) ? 'takes' : 'jitters by';
    return timed(
      `link ${link.join(' ')} ${verb} ${latency}`,
      lasting(dice, 5 * S, 2 * MIN),
      air(link),
    );
  }),
  'access-point': (dice, { boards }) => atOnce(`access point of ${dice.one(boards)} restarts`),
  frames(dice, { boards }) {
    const board = dice.one(boards);
    const loses = `lose ${percent(dice.spread(1, 40))} of frames to ${board}`;
    return timed(loses, lasting(dice, 2 * S, 2 * MIN), `frames to ${board}`);
  },
  parts(dice, { boards, releases }) {
    if (releases.length === 0) return undefined;
    const what = dice.one([...PART_TROUBLES, 'delay', 'drop request', 'drop announce']);
    const [image, board] = [dice.one(releases), dice.one(boards)];
    const part = Math.round(dice.spread(1, 90)) - 1;
    const us = lasting(dice, 5 * S, 2 * MIN);
    if (what === 'drop announce') return timed(`${what} of ${image} to ${board}`, us);
    if (what === 'drop request') return timed(`${what} ${part} of ${image} from ${board}`, us);
    const late = what === 'delay' ? ` by ${formatDuration(lasting(dice, 10 * MS, 40 * S))}` : '';
    return timed(`${what} part ${part} of ${image} to ${board}${late}`, us);
  },
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
  'server-fault'(dice) {
    const chance = dice.chance(0.5) ? '' : ` with chance ${percent(dice.spread(5, 90))}`;
    const us = lasting(dice, S, 3 * MIN);
    return timed(`server fault ${dice.one(SERVER_FAULTS)}${chance}`, us, 'server faults');
  },
  release(dice, { releases }) {
    if (releases.length === 0) return undefined;
    const image = dice.one(releases);
    const cancels = dice.chance(0.3);
    return atOnce(`${cancels ? 'cancel' : 'publish'} ${image}`);
  },
};
