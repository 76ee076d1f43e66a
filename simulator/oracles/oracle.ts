import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import type { WifiMedium } from '../net/wifi-medium.ts';

/** An app image that may run somewhere in the world. */
export interface FleetImage {
  md5: string;
  bytes: Uint8Array;
  /** undefined for one that updates directly. */
  role: string | undefined;
  /** As its app descriptor has it. */
  project: string | undefined;
  version: string;
}

/** A node's row in an update, as the server shows it. */
export interface NodeClaim {
  updateId: number;
  /** MD5 of the update's firmware. */
  md5: string;
  nodeId: string;
  status: string;
}

export interface UpdateClaim {
  id: number;
  md5: string;
  status: string;
  verified: boolean;
}

/** A row of the log of devices that update directly, as the server shows it. */
export interface DeviceClaim {
  /** The row's number. */
  id: number;
  deviceId: number;
  /** MD5 of the release; empty where nothing was offered. */
  md5: string;
  status: string;
  /** Does the server say that it heard the device run the release? */
  confirmed: boolean;
}

/** What the server says of the fleet. */
export interface ServerClaims {
  updates(): Promise<UpdateClaim[]>;
  nodes(): Promise<NodeClaim[]>;
  devices(): Promise<DeviceClaim[]>;
}

/** A world as oracles see it: everything from outside, nothing that firmware says of itself. */
export interface Fleet {
  kernel: Kernel;
  medium: WifiMedium;
  boards: ReadonlyMap<string, VirtualBoard>;
  /** By MD5: what boards were flashed with, and what was given to the server so far. */
  images: ReadonlyMap<string, FleetImage>;
  /** Whether those bytes are what the board was flashed with, or were given to the server: what runs on one board is not yet for others. */
  mayRun(board: string, md5: string): boolean;
  /** What a board is for now; undefined for one that has no role. */
  roleOf(board: string): string | undefined;
  /** The project of the app that it was flashed with, where that names one: a board without a role runs no other. */
  projectOf(board: string): string | undefined;
  /** Which board reports under that number. */
  boardOfDevice(deviceId: number): string | undefined;
  server: ServerClaims;
}

/** Says that something happened that must never be. `time`: µs, by default now. */
export type Report = (message: string, time?: number) => void;

/** One oracle in one run. */
export interface Watch {
  /** Each record of the trace, as it happens; where `kinds` says which, those alone. */
  record?(record: TraceRecord): void;
  readonly kinds?: readonly string[];
  /** Four times a virtual second; for what no record shows. */
  tick?(): void | Promise<void>;
  /** After the last event. */
  end?(): void | Promise<void>;
}

/** One thing that must always hold. */
export interface Oracle {
  /** As scenarios name it under `suspend`. */
  name: string;
  /** What holds, in a sentence. */
  promise: string;
  watch(fleet: Fleet, report: Report): Watch;
}
