/** What the engine needs from the board, what it tells the application, and its settings. */
import type { DataRequest } from './ota-packages.ts';
import type { LibraryVersion, Quirks } from './versions.ts';

/** `log` types (src/painlessmesh/logger.hpp); `setDebugMsgTypes` takes their sum. */
export const LOG = {
  ERROR: 1,
  STARTUP: 2,
  MESH_STATUS: 4,
  CONNECTION: 8,
  SYNC: 16,
  S_TIME: 32,
  COMMUNICATION: 64,
  GENERAL: 128,
  MSG_TYPES: 256,
  REMOTE: 512,
  APPLICATION: 1024,
  DEBUG: 2048,
} as const;

export interface MeshPorts {
  /** Board time since boot in µs: a safe integer that never wraps. */
  micros(): number;
  /** The next number in [0, 1) of a seeded stream. */
  random(): number;
  readonly wifi: WifiPort;
  readonly update: UpdatePort;
  readonly files: FilesPort;
  /** Bytes of heap left, on boards where that can run out. */
  heapFree?(): number;
  /** One line without the line end. Called only for types that `setDebugMsgTypes` has switched on. */
  log(type: number, text: string): void;
}

/** An access point found by a scan. The same object comes back in {@link WifiPort.begin}. */
export interface ScannedAp {
  readonly ssid: string;
  readonly channel: number;
  /** dBm, below 0. A reading of 0 makes the library skip the access point. */
  readonly rssi: number;
  /** Bytes 2..5 of the BSSID, big endian: the access point's node id. */
  readonly nodeId: number;
}

export interface ApConfig {
  ssid: string;
  password: string;
  channel: number;
  hidden: boolean;
  maxConnections: number;
}

/** The radio. Answers come back through `mesh.onScanDone`, `onGotIp` and `onStationDisconnected`. */
export interface WifiPort {
  startAp(config: ApConfig): void;
  /** Accept TCP on this port: `mesh.onAccepted(link)`. */
  listen(port: number): void;
  unlisten(): void;
  startScan(channel: number, showHidden: boolean): void;
  /** Associate with the access point: later `onGotIp` or `onStationDisconnected`. */
  begin(ap: ScannedAp, password: string, channel: number): void;
  /** Leave the access point; `onStationDisconnected` follows. */
  disconnect(): void;
  /** `WiFi.status() == WL_CONNECTED`: associated and an address received. */
  connected(): boolean;
  /** `WiFi.SSID()`: the network the station is associated with, "" when none. */
  ssid(): string;
  /** TCP to the access point's gateway address, or to `ip` when given: `onConnected(link)` or `onDialError`. */
  dial(port: number, ip?: string): void;
}

/** One TCP stream. The engine never writes more than `sendSpace` bytes at once. */
export interface MeshLink {
  readonly id: number;
  /** The bytes may be a view into a larger buffer: copy what is kept. */
  write(bytes: Uint8Array): void;
  /** Bytes that fit now. After 0, call `mesh.onSendSpace(link)` when there is room again. */
  sendSpace(): number;
  close(): void;
}

/** Arduino's `Update` object. */
export interface UpdatePort {
  isRunning(): boolean;
  begin(): boolean;
  setMD5(md5: string): boolean;
  /** Bytes taken; fewer than given means failure. */
  write(data: Uint8Array): number;
  end(evenIfRemaining: boolean): boolean;
  abort(): void;
  errorString(): string;
}

/** The file system that `initOTAReceive` mounts (SPIFFS on an ESP32). */
export interface FilesPort {
  read(path: string): Uint8Array | undefined;
  write(path: string, bytes: Uint8Array): boolean;
}

export type MeshCallback =
  | { readonly kind: 'receive'; readonly from: number; readonly message: string }
  | { readonly kind: 'newConnection'; readonly nodeId: number }
  | { readonly kind: 'droppedConnection'; readonly nodeId: number }
  | { readonly kind: 'changedConnections' }
  /** µs, int32 */
  | { readonly kind: 'nodeTimeAdjusted'; readonly offset: number }
  /** µs, int32 */
  | { readonly kind: 'nodeDelay'; readonly nodeId: number; readonly delay: number }
  /** `handler`: what `subscribePackage` returned. `json`: the frame, keys in the order received. */
  | {
      readonly kind: 'package';
      readonly handler: number;
      readonly type: number;
      readonly json: string;
    }
  /** Answer with the part's bytes, at most `partSize`; none or empty: no reply is sent. */
  | {
      readonly kind: 'otaRequest';
      readonly handler: number;
      readonly request: DataRequest;
      readonly partSize: number;
    }
  | { readonly kind: 'otaProgress'; readonly part: number; readonly parts: number }
  /** `ESP.restart()`: the board should drop this engine now. */
  | { readonly kind: 'restart' };

/** What the application hands back for a callback; only `otaRequest` looks at it. */
export type Answer = Uint8Array | undefined;

/** Work that stops wherever the application is called. */
export type Steps = Generator<MeshCallback, void, Answer>;

export interface MeshOptions {
  /** uint32, bytes 2..5 of the SoftAP MAC, big endian. */
  nodeId: number;
  /** The painlessMesh release whose behaviour is kept. */
  version?: LibraryVersion;
  /** Changes to what that release does, by name (`versions.ts`). */
  quirks?: Partial<Quirks>;
  /** What OTA announces are matched against: "ESP32" (all ESP32 kinds) or "ESP8266". */
  hardware?: string;
  /** `TCP_MSS` of the build: a frame is written in slices of at most one byte less. ESP32 1436, host builds 1024. */
  tcpMss?: number;
  /** A frame longer than this without a NUL closes its link: the board's heap would not hold it. Bytes. */
  maxFrameBytes?: number;
  /** Bound on what waits in one link's queues, each way. Received beyond it: the link closes; sent: refused. Bytes. */
  maxQueueBytes?: number;
  /** CPU time an ESP32 spends between receiving and answering a time request, claimed where the board's clock shows less. µs. */
  turnaroundMicros?: number;
  /** How long WiFi and TCP events wait for the mesh semaphore before they are lost: 10 ticks. µs. */
  semaphoreMicros?: number;
}

export type Settings = Required<Omit<MeshOptions, 'quirks'>> & { readonly quirks: Quirks };

export const DEFAULTS: Omit<Settings, 'nodeId' | 'quirks'> = {
  version: '1.5.6',
  hardware: 'ESP32',
  tcpMss: 1436,
  maxFrameBytes: 65_536,
  maxQueueBytes: 262_144,
  turnaroundMicros: 400,
  semaphoreMicros: 10_000,
};

export interface InitConfig {
  ssid: string;
  password: string;
  port?: number;
  /** WIFI_AP, WIFI_STA or WIFI_AP_STA */
  mode?: 'ap' | 'sta' | 'ap+sta';
  channel?: number;
  hidden?: boolean;
  maxConnections?: number;
}
