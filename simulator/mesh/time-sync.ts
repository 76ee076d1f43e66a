/**
 * TIME_SYNC and TIME_DELAY (src/painlessmesh/ntp.hpp): neighbours agree on a clock; two nodes measure a round trip.
 *
 * An answer says when it was received (t1) and sent (t2), and a sample whose round trip is more than 85 times
 * t2 - t1 counts as an outlier. An ESP32 takes some hundred µs to read a frame, so its samples count. Where the
 * board's clock does not charge that time, this engine claims it (`turnaroundMicros`), a random share of it before
 * the receipt and the rest after the answer: no bias, and the jitter a real node has. Without jitter two exact
 * clocks would meet at an offset of 0, which the library takes for "not settled" and asks again five times a second.
 */
import type { Connection } from './connection.ts';
import type { MeshNode } from './node.ts';
import { printTime, readTime, TIME, type TimePackage, TYPE } from './protocol.ts';
import { MINUTE } from './tasks.ts';
import { excludeRoute, type NodeTree, size } from './tree.ts';
import { LOG, type Steps } from './types.ts';

const TIME_SYNC_INTERVAL = MINUTE;
const TIME_SYNC_RETRY = 200;
/** µs; below it a node counts as in time. */
const TIME_SYNC_ACCURACY = 5000;
/** µs; smaller offsets are taken in quarters. */
const MIN_LARGE_OFFSET_STEP = 500;
const MAX_CPU_TRIP_RATIO = 85;

export function addTimeSync(node: MeshNode): void {
  node.onPackage(TYPE.TIME_SYNC, (frame, connection, receivedAt) =>
    connection ? handleTimeSync(node, readTime(frame), connection, receivedAt) : undefined,
  );
  node.onPackage(TYPE.TIME_DELAY, (frame, connection, receivedAt) =>
    connection ? handleTimeDelay(node, readTime(frame), connection, receivedAt) : undefined,
  );
}

/** Correction for the local clock from one exchange: µs, int32. All times uint32 µs that wrap. */
export function clockOffset(t0: number, t1: number, t2: number, t3: number): number {
  return isOutlier(t0, t1, t2, t3) ? 0 : offsetOf(t0, t1, t2, t3);
}

function offsetOf(t0: number, t1: number, t2: number, t3: number): number {
  let offset = (half(t1 - t0) + half(t2 - t3)) | 0;
  const step = Math.abs(offset);
  if (step < MIN_LARGE_OFFSET_STEP && step > 4) offset = Math.trunc(offset / 4);
  return offset;
}

/** Whether the way took too long beside the answer to say anything. */
function isOutlier(t0: number, t1: number, t2: number, t3: number): boolean {
  return (t3 - t0) >>> 0 > Math.imul(t2 - t1, MAX_CPU_TRIP_RATIO) >>> 0;
}

function half(difference: number): number {
  return Math.trunc((difference | 0) / 2);
}

/** Time a frame takes one way: µs, int32. */
export function tripDelay(t0: number, t1: number, t2: number, t3: number): number {
  return ((t3 - t0 - (t2 - t1)) >>> 0) >>> 1;
}

/** Whether `tree`'s top takes the neighbour's clock: the smaller part of the mesh does, at equal size the lower id. */
export function adoptsClock(tree: NodeTree, neighbour: NodeTree): boolean {
  const mine = size(excludeRoute(tree, neighbour.nodeId));
  const theirs = size(neighbour);
  return mine === theirs ? tree.nodeId < neighbour.nodeId : mine < theirs;
}

/** Ask for the time, or tell the neighbour to ask. */
export function startTimeSync(node: MeshNode, connection: Connection): void {
  const adopts = adoptsClock(node.tree(), connection);
  node.log(LOG.S_TIME, () => `time sync with ${connection.nodeId}, adopting: ${adopts}`);
  const request: TimePackage = {
    dest: connection.nodeId,
    from: node.nodeId,
    type: adopts ? TIME.REQUEST : TIME.SYNC_REQUEST,
    t0: adopts ? node.nodeTime() : 0,
    t1: 0,
    t2: 0,
  };
  connection.send(printTime(TYPE.TIME_SYNC, request), true);
}

/** The package turned round, one step further in the exchange. */
function reply(time: TimePackage, changes: Partial<TimePackage>): TimePackage {
  return { ...time, ...changes, from: time.dest, dest: time.from, type: time.type + 1 };
}

function* handleTimeSync(
  node: MeshNode,
  time: TimePackage,
  connection: Connection,
  receivedAt: number,
): Steps {
  switch (time.type) {
    case TIME.ERROR:
      node.log(LOG.ERROR, () => `time sync error from ${connection.nodeId}: starting again`);
      connection.timeSyncTask.forceNextIteration();
      break;
    case TIME.SYNC_REQUEST:
      connection.send(printTime(TYPE.TIME_SYNC, reply(time, { t0: node.nodeTime() })), true);
      break;
    case TIME.REQUEST:
      connection.send(printTime(TYPE.TIME_SYNC, reply(time, turnaround(node, receivedAt))), true);
      connection.timeSyncTask.delay(TIME_SYNC_INTERVAL);
      break;
    case TIME.REPLY:
      yield* adoptTime(node, time, connection, receivedAt);
      break;
    default:
      node.log(LOG.ERROR, () => `time sync of unknown type ${time.type}`);
  }
}

/** t1 and t2 of an answer that is sent now. */
function turnaround(node: MeshNode, receivedAt: number): { t1: number; t2: number } {
  const now = node.nodeTime();
  const missing = node.settings.turnaroundMicros - ((now - receivedAt) >>> 0);
  if (missing <= 0) return { t1: receivedAt, t2: now };
  const before = Math.floor(node.ports.random() * (missing + 1));
  return { t1: (receivedAt - before) >>> 0, t2: (now + missing - before) >>> 0 };
}

function* adoptTime(
  node: MeshNode,
  time: TimePackage,
  connection: Connection,
  receivedAt: number,
): Steps {
  const { fastAnswersDiscarded, zeroOffsetAsksAgain } = node.settings.quirks;
  const offsetBy = fastAnswersDiscarded ? clockOffset : offsetOf;
  const offset = offsetBy(time.t0, time.t1, time.t2, receivedAt);
  node.timeOffset = (node.timeOffset + offset) >>> 0;
  yield { kind: 'nodeTimeAdjusted', offset };
  if ((offset === 0 && zeroOffsetAsksAgain) || Math.abs(offset) >= TIME_SYNC_ACCURACY) {
    connection.timeSyncTask.delay(TIME_SYNC_RETRY);
    return;
  }
  connection.timeSyncTask.delay(TIME_SYNC_INTERVAL);
  for (const other of node.subs) {
    if (other.nodeId !== connection.nodeId) other.timeSyncTask.forceNextIteration();
  }
}

function* handleTimeDelay(
  node: MeshNode,
  time: TimePackage,
  connection: Connection,
  receivedAt: number,
): Steps {
  if (time.type === TIME.REQUEST) {
    const answer = reply(time, { t1: receivedAt, t2: node.nodeTime() });
    connection.send(printTime(TYPE.TIME_DELAY, answer));
  } else if (time.type === TIME.REPLY) {
    const delay = tripDelay(time.t0, time.t1, time.t2, receivedAt);
    yield { kind: 'nodeDelay', nodeId: time.from, delay };
  } else {
    node.log(LOG.ERROR, () => `time delay of unknown type ${time.type}`);
  }
}
