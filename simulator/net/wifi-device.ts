import type { EventHandle } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/prng.ts';
import type { Certificate } from './certificate.ts';
import { Radio } from './radio.ts';
import { TcpConnection, type TcpEnd } from './tcp.ts';
import type { WifiMedium } from './wifi-medium.ts';

/** Measured on ESP32s: a scan of one channel takes its dwell time; association, 4-way handshake and DHCP most of a second. */
const TIMING_US = {
  scan: 320_000,
  associate: 450_000,
  associateJitter: 350_000,
  associateFailure: 900_000,
  /** ESP_WIFI beacon timeout: 6 s without a beacon. */
  beaconLoss: 6_000_000,
  deauth: 20_000,
  /** esp_wifi_set_inactive_time: an access point forgets a station that it has not heard for 300 s. */
  inactive: 300_000_000,
  dialTimeout: 5_000_000,
};

export interface AccessPointConfig {
  ssid: string;
  password: string;
  channel: number;
  hidden?: boolean;
  maxStations?: number;
  /** Dotted quad of the access point itself; stations get .2, .3, … */
  ip: string;
}

export interface ScanResult {
  /** Name of the device that beacons; its `bssid` for those who know only numbers. */
  device: string;
  bssid: number;
  ssid: string;
  channel: number;
  rssi: number;
}

export interface StationConfig {
  ssid: string;
  password: string;
  channel?: number;
  bssid?: number;
}

/** Why a station is not connected: IEEE 802.11's codes below 200, ESP-IDF's from there (wifi_err_reason_t). */
export const STATION_REASON = {
  authLeave: 3,
  tooManyStations: 5,
  assocLeave: 8,
  handshakeTimeout: 15,
  beaconTimeout: 200,
  noAccessPoint: 201,
} as const;

export type StationStatus = 'idle' | 'connecting' | 'connected' | 'failed' | 'disconnected';
export type DialResult =
  | { end: TcpEnd }
  | { error: 'refused' | 'timeout' | 'no-network' | 'no-such-host' };

/** One station's stay at one access point; ends when either side goes. */
export interface Association {
  readonly station: WifiDevice;
  readonly accessPoint: WifiDevice;
  readonly ip: string;
  readonly gateway: string;
  alive: boolean;
  /** When the station went, µs. */
  left?: number;
}

export interface DeviceOptions {
  name: string;
  /** Kernel order of this device's events. */
  board: number;
  /** What stands for the SoftAP's MAC in scans: painlessMesh's node id. */
  bssid: number;
  /** Hosts that this device's access point routes to: name → who accepts (a server on the uplink). */
  uplink?: (host: string, port: number) => ((end: TcpEnd) => void) | undefined;
  /** What a host on the uplink shows to TLS clients at a port; none where it speaks plain TCP. */
  certificate?: (host: string, port: number) => Certificate | undefined;
  /** What a time server by that name answers now, µs since 1970; undefined: nothing. */
  timeServer?: (host: string) => number | undefined;
}

/** A radio: one station and one access point, as an ESP32 in WIFI_AP_STA has, or a router. */
export class WifiDevice {
  readonly name: string;
  readonly board: number;
  readonly bssid: number;
  readonly medium: WifiMedium;
  readonly radio = new Radio();
  readonly uplink: DeviceOptions['uplink'];
  readonly certificate: DeviceOptions['certificate'];
  readonly timeServer: DeviceOptions['timeServer'];
  up = false;
  ap: AccessPointConfig | undefined;
  association: Association | undefined;
  status: StationStatus = 'idle';
  /** Why `onStation` last said 'disconnected'; one of STATION_REASON. */
  reason = 0;
  onStation: (event: 'gotIp' | 'disconnected') => void = () => {};
  #random: RandomStream;
  #stations = new Set<Association>();
  #attempt: EventHandle | undefined;
  #deaf: EventHandle | undefined;
  #listeners = new Map<number, (end: TcpEnd) => void>();
  #connections = new Set<TcpConnection>();
  #nextHost = 2;

  constructor(medium: WifiMedium, options: DeviceOptions) {
    this.medium = medium;
    this.name = options.name;
    this.board = options.board;
    this.bssid = options.bssid;
    this.uplink = options.uplink;
    this.certificate = options.certificate;
    this.timeServer = options.timeServer;
    this.#random = medium.kernel.random(`wifi:${options.name}`);
    medium.devices.set(options.name, this);
  }

  powerOn(): void {
    this.up = true;
  }

  /**
   * The radio goes silent. `software` says goodbye (deauthentication frames), `power` does not: stations of this access
   * point then notice by missing beacons, and its own access point keeps a dead entry.
   */
  powerOff(kind: 'software' | 'power'): void {
    this.up = false;
    this.#cancelAttempt();
    for (const connection of [...this.#connections]) connection.deviceDown(this);
    this.#leave(false);
    this.stopAccessPoint(kind);
    this.#listeners.clear();
    this.status = 'idle';
    this.onStation = () => {};
  }

  startAccessPoint(config: AccessPointConfig): void {
    this.ap = config;
    this.#nextHost = 2;
  }

  stopAccessPoint(kind: 'software' | 'power' = 'software'): void {
    this.ap = undefined;
    const delay = kind === 'power' ? TIMING_US.beaconLoss : TIMING_US.deauth;
    for (const stay of [...this.#stations]) {
      this.#stations.delete(stay);
      const reason = kind === 'power' ? STATION_REASON.beaconTimeout : STATION_REASON.authLeave;
      this.#later(stay.station, delay, () => stay.station.#lost(stay, reason));
      if (kind === 'software') stay.alive = false;
    }
  }

  /** Scans one channel; answers what is heard at the end of the dwell time. */
  scan(channel: number, done: (results: ScanResult[]) => void): void {
    this.#later(this, TIMING_US.scan, () => {
      const results: ScanResult[] = [];
      for (const device of this.medium.devices.values()) {
        const heard =
          device !== this && device.up && device.ap
            ? this.medium.heard(device.name, this.name)
            : undefined;
        if (heard === undefined || (channel !== 0 && device.ap!.channel !== channel)) continue;
        const ssid = device.ap!.hidden ? '' : device.ap!.ssid;
        results.push({
          device: device.name,
          bssid: device.bssid,
          ssid,
          channel: device.ap!.channel,
          rssi: heard,
        });
      }
      done(results);
    });
  }

  /** Joins an access point; `onStation('gotIp')` or `('disconnected')` tells how it went. */
  connect(config: StationConfig): void {
    this.#cancelAttempt();
    this.#leave(true);
    this.status = 'connecting';
    const delay = TIMING_US.associate + Math.floor(this.#random() * TIMING_US.associateJitter);
    this.#attempt = this.#later(this, delay, () => this.#associate(config));
  }

  disconnect(): void {
    this.#cancelAttempt();
    const had = this.association !== undefined;
    this.#leave(true);
    this.status = 'disconnected';
    this.reason = STATION_REASON.assocLeave;
    if (had) this.#later(this, TIMING_US.deauth, () => this.onStation('disconnected'));
  }

  /** Accepts TCP connections that stations of this access point make to it. */
  listen(port: number, accept: (end: TcpEnd) => void): void {
    this.#listeners.set(port, accept);
  }

  /** New connections are refused from now on. */
  unlisten(): void {
    this.#listeners.clear();
  }

  /** Opens a TCP connection over the station: to the access point itself (`gateway` or its address), or beyond it. */
  dial(host: string, port: number, done: (result: DialResult) => void): void {
    const stay = this.association;
    if (!stay?.alive) return void this.#later(this, 100, () => done({ error: 'no-network' }));
    const target = stay.accessPoint;
    const rtt = 2 * this.medium.link(this.name, target.name).latency;
    const local = host === 'gateway' || host === stay.gateway;
    const { medium, name } = this;
    if (!target.up || medium.isDown(name, target.name) || medium.isDown(target.name, name))
      return void this.#later(this, TIMING_US.dialTimeout, () => done({ error: 'timeout' }));
    if (!local && !target.uplink)
      return void this.#later(this, rtt, () => done({ error: 'no-such-host' }));
    const accept = local ? target.#listeners.get(port) : target.uplink!(host, port);
    if (!accept) {
      const error = local || target.uplink!(host, -1) ? 'refused' : 'no-such-host';
      return void this.#later(this, rtt, () => done({ error }));
    }
    const connection = new TcpConnection(stay, local ? target : undefined, port);
    this.#connections.add(connection);
    target.#connections.add(connection);
    connection.onGone = () => {
      this.#connections.delete(connection);
      target.#connections.delete(connection);
    };
    this.#later(target, rtt / 2, () => {
      if (!target.up || !stay.alive) return;
      accept(connection.acceptor);
      this.#later(this, rtt / 2, () => stay.alive && this.up && done({ end: connection.dialler }));
    });
  }

  /** The air has changed: a station that has heard no beacon for 6 s from now on leaves its access point. */
  listenForBeacons(): void {
    this.medium.kernel.cancel(this.#deaf);
    this.#deaf = undefined;
    const stay = this.association;
    if (!stay || this.#hears(stay.accessPoint)) return;
    this.#deaf = this.#later(this, TIMING_US.beaconLoss, () => {
      if (this.association === stay && !this.#hears(stay.accessPoint))
        this.#lost(stay, STATION_REASON.beaconTimeout);
    });
  }

  #hears(accessPoint: WifiDevice): boolean {
    return this.medium.heard(accessPoint.name, this.name) !== undefined;
  }

  #associate(config: StationConfig): void {
    this.#attempt = undefined;
    const candidates = [...this.medium.devices.values()]
      .filter((device) => device !== this && device.up && device.ap?.ssid === config.ssid)
      .filter((device) => config.bssid === undefined || device.bssid === config.bssid)
      .filter((device) => !config.channel || device.ap!.channel === config.channel)
      .map((device) => ({ device, rssi: this.medium.heard(device.name, this.name) }))
      // Association takes frames both ways.
      .filter(
        ({ device, rssi }) => rssi !== undefined && !this.medium.isDown(this.name, device.name),
      )
      .sort((a, b) => b.rssi! - a.rssi!);
    const target = candidates[0]?.device;
    const refusal = this.#refusal(target, config);
    if (refusal !== 0 || !target) {
      this.status = 'failed';
      this.reason = refusal;
      this.#later(this, TIMING_US.associateFailure, () => this.onStation('disconnected'));
      return;
    }
    this.association = target.#admit(this);
    this.status = 'connected';
    this.onStation('gotIp');
  }

  /** Why an access point does not take this station; 0 when it does. */
  #refusal(target: WifiDevice | undefined, config: StationConfig): number {
    if (!target) return STATION_REASON.noAccessPoint;
    if (target.ap!.password !== config.password) return STATION_REASON.handshakeTimeout;
    return target.#hasRoom(this) ? 0 : STATION_REASON.tooManyStations;
  }

  #hasRoom(station: WifiDevice): boolean {
    const forgotten = this.medium.kernel.now - TIMING_US.inactive;
    for (const stay of this.#stations) {
      if (stay.left !== undefined && stay.left <= forgotten) this.#stations.delete(stay);
    }
    const others = [...this.#stations].filter((stay) => stay.station !== station);
    return others.length < (this.ap?.maxStations ?? 10);
  }

  #admit(station: WifiDevice): Association {
    for (const stay of this.#stations) if (stay.station === station) this.#stations.delete(stay);
    const ip = this.ap!.ip.replace(/\d+$/, String(this.#nextHost));
    this.#nextHost = this.#nextHost >= 254 ? 2 : this.#nextHost + 1;
    const stay: Association = { station, accessPoint: this, ip, gateway: this.ap!.ip, alive: true };
    this.#stations.add(stay);
    return stay;
  }

  /** The access point of `stay` is gone. */
  #lost(stay: Association, reason: number): void {
    stay.alive = false;
    if (this.association !== stay) return;
    this.association = undefined;
    stay.left = this.medium.kernel.now;
    this.status = 'disconnected';
    this.reason = reason;
    for (const connection of [...this.#connections]) connection.stationLost(stay);
    this.onStation('disconnected');
  }

  #leave(goodbye: boolean): void {
    const stay = this.association;
    if (!stay) return;
    this.association = undefined;
    stay.alive = false;
    stay.left = this.medium.kernel.now;
    if (goodbye) stay.accessPoint.#stations.delete(stay);
    for (const connection of [...this.#connections]) connection.stationLost(stay, goodbye);
  }

  #cancelAttempt(): void {
    this.medium.kernel.cancel(this.#attempt);
    this.#attempt = undefined;
  }

  /** Runs on `device` after `delay` µs, unless it has gone down meanwhile. */
  #later(device: WifiDevice, delay: number, run: () => void): EventHandle {
    const guarded = () => {
      if (device.up) run();
    };
    return this.medium.kernel.after(delay, guarded, { board: device.board });
  }
}
