import { type Place, ROUTE_NAMES, type RouteName } from '../../../mock-server/index.ts';
import { hint } from './nearest.ts';
import {
  parseBytes,
  parseCelsius,
  parseDuration,
  parseInteger,
  parseShare,
  parseWhole,
} from './quantities.ts';
import type { Word } from './words.ts';

/** What a sentence may name. */
export interface Names {
  /** Each board, in order. */
  boards: readonly string[];
  /** Groups of boards: `all`, roles, and the names of entries with a count. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Images of the server. */
  images: readonly string[];
  /** Fault plans of the file, by name. */
  plans?: readonly string[];
}

/** The router beside the boards, and everything that radio links may join. */
export const ROUTER_NAME = 'router';

export interface SlotValues {
  board: string;
  /** One or more. */
  boards: readonly string[];
  /** A board or the router. */
  place: string;
  image: string;
  /** µs. */
  duration: number;
  /** 0 to 1. */
  share: number;
  number: number;
  /** Bytes. */
  size: number;
  /** °C. */
  celsius: number;
  level: 0 | 1;
  regex: RegExp;
  text: string;
  /** A partition's label. */
  label: string;
  /** A whole number that may be below zero. */
  integer: number;
  /** A place in an answer of the server. */
  spot: Place;
  /** A group of the server's routes; `any` for all. */
  route: RouteName | 'any';
  /** A fault plan of the file. */
  plan: string;
}
export type SlotType = keyof SlotValues;

type Reader<T extends SlotType> = (word: Word, names: Names) => SlotValues[T] | Error;

/** How each kind of word is read; an Error says in one clause what was expected. */
export const SLOTS: { [T in SlotType]: Reader<T> } = {
  board: ({ text }, names) =>
    names.boards.includes(text) ? text : noBoard(text, names.boards, names),
  boards({ text }, { boards, groups }) {
    if (boards.includes(text)) return [text];
    const known = [...groups.keys(), ...boards];
    return groups.get(text) ?? new Error(`there is no board or group ${text}${hint(text, known)}`);
  },
  place({ text }, names) {
    const known = [...names.boards, ROUTER_NAME];
    return known.includes(text) ? text : noBoard(text, known, names);
  },
  image: ({ text }, { images }) =>
    images.includes(text)
      ? text
      : new Error(`the server has no image ${text}${hint(text, images)}`),
  duration: ({ text }) =>
    parseDuration(text) ?? new Error(`${text} is no time: write 500ms, 30s, 5min or 2h`),
  share: ({ text }) => parseShare(text) ?? new Error(`${text} is no share: write 0% to 100%`),
  number: ({ text }) => parseWhole(text) ?? new Error(`${text} is no whole number`),
  size: ({ text }) => parseBytes(text) ?? new Error(`${text} is no size: write 4096 or 64KB`),
  celsius: ({ text }) => parseCelsius(text) ?? new Error(`${text} is no temperature: write 21.5C`),
  level({ text }) {
    if (text === 'high') return 1;
    return text === 'low' ? 0 : new Error(`${text} is no level: write high or low`);
  },
  regex({ text, kind }) {
    if (kind !== 'regex') return new Error(`${text} is no pattern: write it as /${text}/`);
    const end = text.lastIndexOf('/');
    // These two make a pattern remember where it stopped, and pass by what it would find.
    if (/[gy]/.test(text.slice(end))) {
      return new Error(`${text} cannot have the flags g and y: a line matches or it does not`);
    }
    try {
      return new RegExp(text.slice(1, end), text.slice(end + 1));
    } catch (error) {
      return new Error((error as Error).message);
    }
  },
  text: ({ text, kind }) =>
    kind === 'quoted' ? text : new Error(`${text} is not in quotes: write "${text}"`),
  label: ({ text }) =>
    /^[\w-]{1,15}$/.test(text) ? text : new Error(`${text} is no partition's label`),
  integer: ({ text }) => parseInteger(text) ?? new Error(`${text} is no whole number`),
  spot({ text }) {
    const spot = parseSpot(text);
    return spot ?? new Error(`${text} is no place in an answer: write ${SPOTS}`);
  },
  route({ text }) {
    const known = [...ROUTE_NAMES, 'any'] as const;
    const route = known.find((name) => name === text);
    return route ?? new Error(`there is no route ${text}: write ${known.join(', ')}`);
  },
  plan({ text }, { plans = [] }) {
    if (plans.includes(text)) return text;
    const known = plans.length > 0 ? hint(text, plans) : '; plans stand under server: plans';
    return new Error(`there is no plan ${text}${known}`);
  },
};

/** So many boards of a group are named. */
const NAMED_MAX = 5;

function noBoard(text: string, known: readonly string[], { groups }: Names): Error {
  const group = groups.get(text);
  if (!group) return new Error(`there is no board ${text}${hint(text, known)}`);
  const more = group.length > NAMED_MAX ? ', …' : '';
  const members = group.slice(0, NAMED_MAX).join(', ');
  return new Error(`${text} is a group: name one board of it (${members}${more})`);
}

const SPOTS =
  'a byte of its body (-1 is the last), head:12, answer:12, status_line, headers or first_1024';

/** `4096`, `-1`, `head:12`, `answer:12`, or a name. */
function parseSpot(text: string): Place | undefined {
  if (text === 'status_line' || text === 'headers' || text === 'first_1024') return text;
  const match = /^(?:(head|answer):)?(-?\d{1,8})$/.exec(text);
  if (!match) return undefined;
  const at = Number(match[2]);
  if (match[1] === undefined) return at;
  if (at < 0) return undefined;
  return match[1] === 'head' ? { head: at } : { answer: at };
}

/** What each kind of word is called where it is missing. */
export const SLOT_NAMES: Record<SlotType, string> = {
  board: 'a board',
  boards: 'boards',
  place: 'a board',
  image: 'an image',
  duration: 'a time',
  share: 'a share',
  number: 'a number',
  size: 'a size',
  celsius: 'a temperature',
  level: 'high or low',
  regex: 'a /pattern/',
  text: 'a "text"',
  label: 'a partition',
  integer: 'a number',
  spot: 'a place in the answer',
  route: 'a route',
  plan: 'a plan',
};
