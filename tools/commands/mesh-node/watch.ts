import type { MeshCallback } from '../../../simulator/mesh/types.ts';
import { colorsFor } from '../support/page.ts';
import { printable } from '../support/text.ts';
import { idText } from './node-id.ts';
import { type Heard, type JoinFlags, MeshSession, parsePlace } from './session.ts';
import type { Heartbeat } from './swarm.ts';

interface WatchFlags extends JoinFlags {
  json?: boolean;
  /** Also what is said and how the state changes, not only what concerns firmware. */
  state: boolean;
}

/** Something worth a line. */
interface Happening {
  node: string;
  event: string;
  [detail: string]: unknown;
}

/** What was last told, so that it is told once. */
interface Seen {
  firmware: Map<number, string>;
  state: Map<string, string>;
}

/** Joins and tells of what happens until it is interrupted, or the node goes away for good. */
export async function watchMesh(place: string, flags: WatchFlags): Promise<void> {
  const session = await MeshSession.join(parsePlace(place), flags);
  const tell = teller(flags);
  const stop = interrupted();
  const seen: Seen = { firmware: new Map(), state: new Map() };
  session.onCallback = (callback) => void tell(structure(callback));
  session.onHeard = (heard) => tell(said(heard, seen, flags.state));
  tell({
    node: idText(session.node.mesh.nodeId),
    event: 'joined',
    nodes: session.node.mesh.getNodeList().map(idText),
  });
  try {
    await stop;
  } finally {
    await session.close();
  }
}

/** Resolves with Ctrl-C or SIGTERM. */
export function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}

function teller({ json }: WatchFlags): (happening: Happening | undefined) => void {
  const color = colorsFor(process.stdout);
  return (happening) => {
    if (!happening) return;
    if (json) return void process.stdout.write(`${JSON.stringify(happening)}\n`);
    const { node, event, ...details } = happening;
    const text = Object.entries(details)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `${color.dim(name)} ${printable(String(value))}`);
    const time = new Date().toISOString().slice(11, 19);
    const said = [color.dim(time), node.padEnd(8), color.bold(event), ...text].join('  ');
    process.stdout.write(`${said}\n`);
  };
}

function structure(callback: MeshCallback): Happening | undefined {
  switch (callback.kind) {
    case 'newConnection':
      return { node: idText(callback.nodeId), event: 'connected' };
    case 'droppedConnection':
      return { node: idText(callback.nodeId), event: 'gone' };
    default:
      return undefined;
  }
}

/** What is new in a message; heartbeats that say the same again say nothing. */
function said(heard: Heard, seen: Seen, everything: boolean): Happening | undefined {
  const node = idText(heard.from);
  const { swarm } = heard;
  if (swarm?.kind === 'heartbeat') {
    const firmware = firmwareOf(swarm.heartbeat);
    const key = JSON.stringify(firmware);
    if (seen.firmware.get(heard.from) === key) return undefined;
    seen.firmware.set(heard.from, key);
    return { node, event: 'firmware', ...firmware };
  }
  if (!everything) return undefined;
  if (swarm?.kind === 'state') {
    const set = swarm.entries.filter(({ key, value, version }) => {
      const mark = `${version} ${value}`;
      const known = seen.state.get(key) === mark;
      seen.state.set(key, mark);
      return !known;
    });
    if (set.length === 0) return undefined;
    const values = Object.fromEntries(set.map(({ key, value }) => [key, value]));
    return { node, event: 'state', ...values };
  }
  return { node, event: 'message', text: heard.text };
}

function firmwareOf(heartbeat: Heartbeat) {
  const { name, otaRole, firmware, md5, confirm, rolledBack } = heartbeat;
  return {
    name,
    takes: otaRole,
    runs: firmware,
    md5,
    confirm,
    'fell back from': rolledBack && `${rolledBack.md5} (${rolledBack.reason})`,
  };
}
