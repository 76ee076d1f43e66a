import type { OtaServer } from '../../../mock-server/index.ts';
import type { MeshClient } from '../../../tools/client/index.ts';

/** App images of one story, by what they are for. */
export interface StoryImages {
  gateway: Uint8Array;
  led: Uint8Array;
  /** What PIR nodes are flashed with. */
  pir: Uint8Array;
  /** The good release. */
  update: Uint8Array;
  /** A release that crashes before it is confirmed. */
  crash: Uint8Array;
  /** A release that boots but cannot join the mesh. */
  noJoin: Uint8Array;
}

export interface StoryOptions {
  seed: string;
  /** Nodes besides the gateway. */
  nodes: number;
  images: StoryImages;
  partitionTable: Uint8Array;
  server: Pick<OtaServer, 'fetch' | 'exchange' | 'store'>;
  /** The CLI's client, on the server's real port. */
  client: MeshClient;
  gatewayKey: string;
  /** Given the world's clock, which is to be the server's. */
  onWorld: (clock: { now(): number }) => void;
  /** Told of every phase and of each second of virtual time. */
  onProgress?: (progress: StoryProgress) => void;
  signal?: AbortSignal;
  /** Awaited once a virtual second, so that the process can take signals and requests from outside meanwhile. */
  breathe?: () => Promise<void>;
}

/** One thing that was observed, or was not. */
export interface Check {
  what: string;
  ok: boolean;
  /** What was seen instead. */
  detail?: string;
}

export interface NodeProgress {
  name: string;
  role: string;
  /** As the server's row says; empty when it has none. */
  status: string;
  parts: number;
  total: number;
}

export interface StoryProgress {
  phase: string;
  /** Virtual seconds since power-on. */
  seconds: number;
  nodes: NodeProgress[];
  /** A check that has just been made. */
  check?: Check;
}

export interface NodeReport {
  name: string;
  nodeId: number;
  role: string;
  hops: number;
  before: string;
  after: string;
  /** Different parts of the good release that it asked for, of `total`. */
  parts: number;
  total: number;
  retries: number;
  reboots: number;
  /** Seconds from the first part asked for to the confirmation on the server; undefined where there was none. */
  seconds: number | undefined;
}

export interface StoryReport {
  ok: boolean;
  seed: string;
  checks: Check[];
  nodes: NodeReport[];
  virtualSeconds: number;
  events: number;
  trace: string;
}
