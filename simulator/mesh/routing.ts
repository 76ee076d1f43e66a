/** Where a frame goes (src/painlessmesh/router.hpp, plugin.hpp `sendPackage`). No acknowledgement, no duplicate check, no TTL. */
import type { Connection } from './connection.ts';
import { JsonError, parseFrame } from './json-parse.ts';
import type { JsonValue } from './json-value.ts';
import { printJson } from './json-write.ts';
import type { Handler, MeshNode } from './node.ts';
import { destOf, ROUTING, routingOf, typeOf } from './protocol.ts';
import { decodeText, encodeFrame } from './text.ts';
import { contains } from './tree.ts';
import { LOG, type Steps } from './types.ts';

/** The neighbour in whose branch `nodeId` is. 0 finds a link whose far end is not known yet, as in the library. */
export function findRoute(node: MeshNode, nodeId: number): Connection | undefined {
  return node.subs.find((sub) => contains(sub, nodeId));
}

/** Send towards `dest`; false when there is no route. */
export function sendTo(node: MeshNode, text: string, dest: number): boolean {
  return findRoute(node, dest)?.send(text) ?? false;
}

/** Send to every known neighbour except `exclude`; the number of neighbours. */
export function broadcast(node: MeshNode, text: string, exclude: number): number {
  return broadcastFrame(node, encodeFrame(text), exclude);
}

function broadcastFrame(node: MeshNode, frame: Uint8Array, exclude: number): number {
  let sent = 0;
  for (const sub of node.subs) {
    if (sub.nodeId !== 0 && sub.nodeId !== exclude && sub.sendFrame(frame)) sent++;
  }
  return sent;
}

/** Send a package by its own routing and dest; false when it went nowhere. */
export function sendPackage(node: MeshNode, frame: JsonValue): boolean {
  const routing = routingOf(frame);
  const dest = destOf(frame);
  const text = printJson(frame);
  if (routing === ROUTING.SINGLE) return sendTo(node, text, dest);
  if (routing === ROUTING.NEIGHBOUR && dest !== 0) return sendTo(node, text, dest);
  if (routing === ROUTING.NEIGHBOUR || routing === ROUTING.BROADCAST) {
    return broadcast(node, text, 0) > 0;
  }
  return false;
}

/**
 * A frame came in: send it on, handle it, or both. What is no JSON is logged and dropped; the link stays.
 * @param bytes the frame with its NUL
 * @param receivedAt node time, µs, uint32
 */
export function routePackage(
  node: MeshNode,
  connection: Connection,
  bytes: Uint8Array,
  receivedAt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most frames need no steps
): Steps | void {
  node.log(LOG.COMMUNICATION, () => `received from ${connection.nodeId}: ${textOf(bytes)}`);
  const frame = readFrame(node, bytes);
  if (!frame) return;
  const { value, canonical } = frame;
  const routing = routingOf(value);
  if (routing === ROUTING.SINGLE && destOf(value) !== node.nodeId) {
    findRoute(node, destOf(value))?.sendFrame(canonical ? bytes : encodeFrame(printJson(value)));
    return;
  }
  if (routing === ROUTING.BROADCAST) {
    broadcastFrame(node, canonical ? bytes : encodeFrame(printJson(value)), connection.nodeId);
  }
  return dispatch(node, value, connection, receivedAt);
}

/** Run the handlers of the frame's type. One added meanwhile waits for the next frame. */
export function dispatch(
  node: MeshNode,
  frame: JsonValue,
  connection: Connection | undefined,
  receivedAt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most frames need no steps
): Steps | void {
  const handlers = node.handlers.get(typeOf(frame));
  if (!handlers) {
    node.log(LOG.DEBUG, () => `no handler for type ${typeOf(frame)}`);
    return;
  }
  if (handlers.length === 1) return handlers[0]!(frame, connection, receivedAt);
  return runAll([...handlers], frame, connection, receivedAt);
}

function* runAll(
  handlers: Handler[],
  frame: JsonValue,
  connection: Connection | undefined,
  receivedAt: number,
): Steps {
  for (const handler of handlers) {
    const steps = handler(frame, connection, receivedAt);
    if (steps) yield* steps;
  }
}

type Frame = ReturnType<typeof parseFrame>;

/** A frame that is sent on as it came is read once on its whole way: it stays in the same memory, and nobody changes what was read. */
const READ = new WeakMap<ArrayBufferLike, Frame>();

function readFrame(node: MeshNode, bytes: Uint8Array): Frame | undefined {
  const whole = bytes.length === bytes.buffer.byteLength;
  const known = whole && READ.get(bytes.buffer);
  if (known) return known;
  const text = textOf(bytes);
  try {
    const frame = parseFrame(text);
    if (whole) READ.set(bytes.buffer, frame);
    return frame;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    node.log(LOG.ERROR, () => `frame is no JSON: ${error.message}: ${text.slice(0, 200)}`);
    return undefined;
  }
}

/** Without its NUL. */
function textOf(bytes: Uint8Array): string {
  return decodeText(bytes.subarray(0, -1));
}
