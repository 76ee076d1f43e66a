import type { OtaServer } from '../../../mock-server/index.ts';
import type { DeviceClient } from '../../../tools/client/index.ts';
import type { Check, StoryProgress } from '../mesh-update/types.ts';
import type { LogLine } from './logbook.ts';

/** App images of one story, by what they are for; each says its version itself. */
export interface FleetImages {
  /** What the devices are flashed with. */
  first: Uint8Array;
  second: Uint8Array;
  /** Needs the second. */
  third: Uint8Array;
  /** Published unstable. */
  beta: Uint8Array;
  /** Three releases that do not work: it crashes, it hangs, it cannot reach the server. */
  crash: Uint8Array;
  hang: Uint8Array;
  mute: Uint8Array;
  /** A good release, published just before the server goes down. */
  last: Uint8Array;
}

export interface FleetDevice {
  /** At the server. */
  id: number;
  /** Of the board. */
  name: string;
  token: string;
}

export interface FleetOptions {
  seed: string;
  devices: readonly FleetDevice[];
  /** What the server knows them as. */
  deviceType: string;
  images: FleetImages;
  partitionTable: Uint8Array;
  server: Pick<OtaServer, 'exchange'>;
  /** An administrator's. */
  client: DeviceClient;
  /** Seconds between two checks, as the images have it. */
  checkInterval: number;
  /** Given the world's clock, which is to be the server's. */
  onWorld: (clock: { now(): number }) => void;
  /** Told of every phase, of each look at the world and of each check. */
  onProgress?: (progress: StoryProgress) => void;
  /** Told of the log of each phase when it is over. */
  onLog?: (lines: readonly LogLine[]) => void;
  signal?: AbortSignal;
  /** Awaited at each look, so that the process can take signals meanwhile. */
  breathe?: () => Promise<void>;
}

export interface FleetReport {
  ok: boolean;
  seed: string;
  checks: Check[];
  devices: DeviceReport[];
  virtualSeconds: number;
  events: number;
  /** SHA-256 over all that was observable. */
  trace: string;
}

export interface DeviceReport {
  name: string;
  id: number;
  /** Versions that the server has heard it run, in order. */
  path: string[];
  /** What its flash would boot and keep. */
  runs: string;
  restarts: number;
  /** Updates that ended as rolled_back. */
  rolledBack: number;
  /** Requests for image bytes, and how many of them went on where one had stopped. */
  downloads: number;
  resumed: number;
}
