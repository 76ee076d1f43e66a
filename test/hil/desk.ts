import type { OtaServer } from '../../mock-server/index.ts';
import type { DeviceClient, MeshClient } from '../../tools/client/index.ts';
import type { FlashPart } from '../../tools/formats/flash-image/merge.ts';
import type { Symbolizer } from '../../tools/monitor/index.ts';
import type { OtaSettings } from '../../tools/provision/index.ts';
import type { SerialLink } from '../../tools/serial/link.ts';
import type { Board } from '../../tools/serial/loader/board.ts';
import type { FirmwareSpec } from './config.ts';

/** A board that this test alone has. */
export interface ClaimedBoard {
  name: string;
  port: string;
  /** While flash is read and written. */
  baud: number;
  open(): Promise<SerialLink>;
  /** Where its supply can be switched. */
  power?: { on(): Promise<void>; off(): Promise<void> };
  release(): Promise<void>;
}

/** Firmware that is ready to be flashed and published. */
export interface Firmware {
  name: string;
  version: string;
  /** The app image, as a server hands it out. */
  app: Uint8Array<ArrayBuffer>;
  /** Bootloader, partition table, app, with their places, for a board that answered. */
  parts(board: Board): Promise<FlashPart[]>;
  symbols?(): Promise<Symbolizer>;
}

/** A mock OTA server that the boards of the desk reach. */
export interface DeskServer {
  server: OtaServer;
  /** As boards reach it. */
  url: string;
  mesh: MeshClient;
  device: DeviceClient;
  /** The credential of one device for the device API, to be provisioned with its id. */
  deviceToken(id: number): Promise<string>;
  /** What a board is provisioned with to reach it. */
  settings: OtaSettings &
    Required<Pick<OtaSettings, 'server' | 'wifi_ssid' | 'wifi_pass' | 'api_key'>>;
  close(): Promise<void>;
}

/** Where boards come from: the simulator, or the cables of this machine. */
export interface Desk {
  kind: 'sim' | 'hardware';
  names: readonly string[];
  /** Milliseconds of the boards' time. */
  now(): number;
  /** @throws Error where there is no such board, or it stays in use */
  claim(name: string): Promise<ClaimedBoard>;
  firmware(spec: FirmwareSpec): Promise<Firmware>;
  startServer(): Promise<DeskServer>;
  close(): Promise<void>;
}
