import type { ScenarioResult } from '../scenario/run/run.ts';

/** What a run was, as plain data: everything that a report shows. Times are µs of virtual time. */
export interface RunStory {
  result: ScenarioResult;
  description: string;
  boards: BoardStory[];
  links: LinkStory[];
  server: ServerStory;
  figures: RunFigures;
}

export interface RunFigures {
  wallSeconds: number;
  /** Records of the trace. */
  records: number;
  /** The commit of the program, or its version; empty where neither is known. */
  commit: string;
  /** The command that makes this run again. */
  reproduce: string;
}

export interface BoardStory {
  name: string;
  nodeId: number;
  role: string;
  /** The image that flash would boot, such as `pir 1.1.0`, and what otadata says of it. */
  image: string;
  otadata: string;
  state: string;
  resets: number;
  spans: Span[];
  marks: Mark[];
  transfers: Transfer[];
  serial: SerialTail;
}

export type SpanState = 'off' | 'booting' | 'trial' | 'running' | 'halted' | 'loader';

/** A stretch of a board's life. */
export interface Span {
  from: number;
  to: number;
  state: SpanState;
  /** What ran. */
  text: string;
}

export interface Mark {
  time: number;
  kind: 'reset' | 'crash' | 'power' | 'confirmed' | 'rolled-back' | 'fault';
  text: string;
}

/** An image on its way to a board. */
export interface Transfer {
  from: number;
  to: number;
  over: 'mesh' | 'http';
  /** From 0 to 1; undefined where nobody said how much there is. */
  share?: number;
  text: string;
}

/** The end of a serial log. */
export interface SerialTail {
  lines: readonly { readonly time: number; readonly text: string }[];
  /** Lines before it. */
  before: number;
}

/** A WiFi link that carried something. */
export interface LinkStory {
  station: string;
  accessPoint: string;
  /** What crossed it both ways, TCP payload. */
  bytes: number;
  /** How often a connection was opened over it. */
  connections: number;
  /** dBm at the station at the end; undefined when out of range. */
  rssi: number | undefined;
  /** Whether the station was joined to it when the run ended. */
  last: boolean;
}

/** The server's rows when the run ended. */
export interface ServerStory {
  updates: { id: number; image: string; status: string; verified: boolean; error: string }[];
  nodes: {
    updateId: number;
    node: string;
    status: string;
    parts: string;
    error: string;
  }[];
  /** Attempts of devices that update directly. */
  devices: { device: string; image: string; status: string; bytes: number; error: string }[];
}
