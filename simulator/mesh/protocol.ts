/** Package types and frames of the core protocol (src/painlessmesh/protocol.hpp), keys in wire order. */
import { asInt32, asUint32, isInt32, isUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { quote } from './json-write.ts';
import { type NodeTree, printTreeMembers } from './tree.ts';

export const TYPE = {
  TIME_DELAY: 3,
  TIME_SYNC: 4,
  NODE_SYNC_REQUEST: 5,
  NODE_SYNC_REPLY: 6,
  BROADCAST: 8,
  SINGLE: 9,
  OTA_ANNOUNCE: 10,
  OTA_DATA_REQUEST: 11,
  OTA_DATA: 12,
  PERFORMANCE: 13,
  REMOTE_LOG: 14,
} as const;

export const ROUTING = { ERROR: -1, NEIGHBOUR: 0, SINGLE: 1, BROADCAST: 2 } as const;

export const TIME = { ERROR: -1, SYNC_REQUEST: 0, REQUEST: 1, REPLY: 2 } as const;

export function typeOf(frame: JsonValue): number {
  return asInt32(member(frame, 'type'));
}

/** An integer `routing` wins; else the type decides; other types are handled here and not sent on. */
export function routingOf(frame: JsonValue): number {
  const explicit = member(frame, 'routing');
  if (isInt32(explicit)) return asInt32(explicit);
  switch (typeOf(frame)) {
    case TYPE.SINGLE:
    case TYPE.TIME_DELAY:
      return ROUTING.SINGLE;
    case TYPE.BROADCAST:
      return ROUTING.BROADCAST;
    case TYPE.NODE_SYNC_REQUEST:
    case TYPE.NODE_SYNC_REPLY:
    case TYPE.TIME_SYNC:
      return ROUTING.NEIGHBOUR;
    default:
      return ROUTING.ERROR;
  }
}

export function destOf(frame: JsonValue): number {
  const dest = member(frame, 'dest');
  return isUint32(dest) ? asUint32(dest) : 0;
}

/** SINGLE (9) or BROADCAST (8). */
export function printMessage(type: number, from: number, dest: number, message: string): string {
  return `{"type":${type},"dest":${dest},"from":${from},"msg":${quote(message)}}`;
}

/** NODE_SYNC_REQUEST (5) or _REPLY (6): the sender's tree without the addressee's branch. */
export function printNodeSync(type: number, tree: NodeTree, dest: number): string {
  return `{${printTreeMembers(tree)},"type":${type},"dest":${dest},"from":${tree.nodeId}}`;
}

/** TIME_SYNC (4) or TIME_DELAY (3). Times are uint32 µs. */
export interface TimePackage {
  dest: number;
  from: number;
  type: number;
  t0: number;
  t1: number;
  t2: number;
}

export function readTime(frame: JsonValue): TimePackage {
  const msg = member(frame, 'msg');
  const time = (key: string) => {
    const field = member(msg, key);
    return isUint32(field) ? asUint32(field) : 0;
  };
  return {
    dest: asUint32(member(frame, 'dest')),
    from: asUint32(member(frame, 'from')),
    type: asInt32(member(msg, 'type')),
    t0: time('t0'),
    t1: time('t1'),
    t2: time('t2'),
  };
}

export function printTime(type: number, time: TimePackage): string {
  const t0 = time.type >= TIME.REQUEST ? `,"t0":${time.t0}` : '';
  const rest = time.type >= TIME.REPLY ? `,"t1":${time.t1},"t2":${time.t2}` : '';
  return `{"type":${type},"dest":${time.dest},"from":${time.from},"msg":{"type":${time.type}${t0}${rest}}}`;
}
