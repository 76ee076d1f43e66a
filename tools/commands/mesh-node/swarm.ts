/** MeshSwarm's messages, which travel as the text of painlessMesh's broadcasts and singles: `{"t":T,"n":name,"d":{…}}`. */

export const SWARM = {
  HEARTBEAT: 1,
  STATE_SET: 2,
  STATE_SYNC: 3,
  STATE_REQUEST: 4,
  COMMAND: 5,
  TELEMETRY: 6,
} as const;

/** Longest text that is read; a node's whole state is far shorter. */
const TEXT_MAX = 64 * 1024;
const ENTRIES_MAX = 4096;
const NODES_MAX = 4096;

/** What a node says of itself every five seconds. Stock nodes say nothing after `states`. */
export interface Heartbeat {
  name: string;
  /** COORD or PEER */
  role: string;
  upSeconds: number;
  heapBytes: number;
  states: number;
  /** Version, and MD5 of the image that runs. */
  firmware?: string;
  md5?: string;
  /** pending | valid | none */
  confirm?: string;
  /** The role it takes updates for. */
  otaRole?: string;
  /** The image it last came back from, and why. */
  rolledBack?: { md5: string; reason: string };
}

export interface StateEntry {
  key: string;
  value: string;
  version: number;
  origin: number;
}

export type SwarmMessage =
  | { kind: 'heartbeat'; heartbeat: Heartbeat }
  | { kind: 'state'; name: string; entries: StateEntry[] }
  | { kind: 'other'; type: number; name: string };

type Fields = Record<string, unknown>;

/** Reads what a node sent; undefined for what is no message of MeshSwarm. Never throws. */
export function readSwarm(text: string): SwarmMessage | undefined {
  const message = parse(text);
  if (!message || typeof message.t !== 'number') return undefined;
  const name = asText(message.n) || '???';
  const data = asFields(message.d);
  switch (message.t) {
    case SWARM.HEARTBEAT:
      return { kind: 'heartbeat', heartbeat: readHeartbeat(name, data) };
    case SWARM.STATE_SET:
      return { kind: 'state', name, entries: readEntries([data]) };
    case SWARM.STATE_SYNC:
      return { kind: 'state', name, entries: readEntries(Array.isArray(data.s) ? data.s : []) };
    default:
      return { kind: 'other', type: message.t, name };
  }
}

export function printSwarm(type: number, name: string, data: object): string {
  return JSON.stringify({ t: type, n: name, d: data });
}

function parse(text: string): Fields | undefined {
  if (text.length > TEXT_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function readHeartbeat(name: string, data: Fields): Heartbeat {
  const fallen = asFields(data.rb);
  const md5 = asText(fallen.md5);
  return {
    name,
    role: asText(data.role) || 'PEER',
    upSeconds: asNumber(data.up),
    heapBytes: asNumber(data.heap),
    states: asNumber(data.states),
    firmware: asText(data.fw) || undefined,
    md5: asText(data.md5).toLowerCase() || undefined,
    confirm: asText(data.confirm) || undefined,
    otaRole: asText(data.ota) || undefined,
    rolledBack: md5 ? { md5: md5.toLowerCase(), reason: asText(fallen.reason) } : undefined,
  };
}

function readEntries(list: unknown[]): StateEntry[] {
  return list.slice(0, ENTRIES_MAX).flatMap((item) => {
    const { k, v, ver, org } = asFields(item);
    if (typeof k !== 'string' || typeof v !== 'string') return [];
    return [{ key: k, value: v, version: asNumber(ver), origin: asNumber(org) }];
  });
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}

/** What has been heard so far: who is there, and the shared state as every node would merge it. */
export class SwarmView {
  readonly nodes = new Map<number, Heartbeat>();
  readonly state = new Map<string, StateEntry>();

  hear(from: number, message: SwarmMessage): void {
    if (message.kind === 'heartbeat') {
      if (this.nodes.has(from) || this.nodes.size < NODES_MAX) {
        this.nodes.set(from, message.heartbeat);
      }
    } else if (message.kind === 'state') {
      for (const entry of message.entries) this.#merge(entry);
    }
  }

  /** MeshSwarm's rule: the higher version wins, at equal versions the lower origin. */
  #merge(entry: StateEntry): void {
    const known = this.state.get(entry.key);
    const newer =
      !known ||
      entry.version > known.version ||
      (entry.version === known.version && entry.origin < known.origin);
    if (newer && (known || this.state.size < ENTRIES_MAX)) this.state.set(entry.key, entry);
  }
}
