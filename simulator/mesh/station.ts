/**
 * Which access point to join (src/painlessMeshSTA.cpp, `tcpConnect` in arduino/wifi.hpp, ESP32 branch of 1.5.6).
 * One task does it all in steps: scan, filter, sort, connect; how long it waits depends on what was found.
 */
import type { MeshNode } from './node.ts';
import { findRoute } from './routing.ts';
import { FOREVER, SECOND, Task } from './tasks.ts';
import { isRooted, size } from './tree.ts';
import { LOG, type ScannedAp } from './types.ts';

export const SCAN_INTERVAL = 30 * SECOND;
const STABILITY_MAX = 1000;

/** The mesh's own channel and visibility: scanning keeps to them even in manual mode. */
export interface MeshRadio {
  channel: number;
  hidden: boolean;
}

export class StationScan {
  readonly task = new Task();
  private readonly node: MeshNode;
  private readonly radio: MeshRadio;
  private ssid = '';
  private password = '';
  private port = 0;
  private manual = false;
  private manualIp: string | undefined;
  private aps: ScannedAp[] = [];

  constructor(node: MeshNode, radio: MeshRadio) {
    this.node = node;
    this.radio = radio;
  }

  configure(ssid: string, password: string, port: number): void {
    this.ssid = ssid;
    this.password = password;
    this.port = port;
    this.task.set(SCAN_INTERVAL, FOREVER, () => this.scan());
  }

  /** `stationManual`: this network only. Port 0: join it but speak no mesh on it. The first scan comes 30 s later. */
  configureManual(ssid: string, password: string, port: number, ip: string | undefined): void {
    this.configure(ssid, password, port);
    this.manual = true;
    this.manualIp = ip;
  }

  start(): void {
    this.node.scheduler.addTask(this.task);
    this.task.enable();
  }

  stop(): void {
    this.node.scheduler.deleteTask(this.task);
  }

  /** A scan has ended; undefined when it failed. */
  scanDone(found: readonly ScannedAp[] | undefined): void {
    this.aps = [];
    if (!found) {
      this.node.log(LOG.ERROR, () => 'WiFi scan failed: scanning again');
      this.task.forceNextIteration();
      return;
    }
    this.aps = found.filter((ap) => this.isCandidate(ap));
    this.node.log(LOG.CONNECTION, () => `scan found ${this.aps.length} access points of the mesh`);
    this.task.yield(() => {
      this.aps = this.aps.filter((ap) => !findRoute(this.node, ap.nodeId));
      this.task.yield(() => {
        this.aps.sort((a, b) => b.rssi - a.rssi);
        this.connectSoon();
      });
    });
  }

  /** Associated, with an address: dial the mesh. */
  gotIp(): void {
    if (this.manual && this.port === 0) return;
    const { wifi } = this.node.ports;
    if (wifi.connected()) wifi.dial(this.port, this.manualIp);
    else this.node.log(LOG.ERROR, () => 'got an address but the station is not connected');
  }

  /** The link or the association of the station is gone. */
  lostStation(): void {
    const { wifi } = this.node.ports;
    if (wifi.connected()) wifi.disconnect();
    this.connectSoon();
    this.task.enableIfNot();
  }

  private isCandidate(ap: ScannedAp): boolean {
    const hiddenMesh = ap.ssid === '' && this.radio.hidden;
    return (
      ap.channel === this.radio.channel && (ap.ssid === this.ssid || hiddenMesh) && ap.rssi !== 0
    );
  }

  private connectSoon(): void {
    this.task.yield(() => this.connectToAp());
  }

  private scan(): void {
    this.node.log(LOG.CONNECTION, () => `scanning for ${this.ssid}`);
    this.node.ports.wifi.startScan(this.radio.channel, this.radio.hidden);
    this.task.delay(10 * SCAN_INTERVAL); // should the scan never report, start again then
  }

  private connectToAp(): void {
    const { node, task } = this;
    const connected = node.ports.wifi.connected();
    task.callback = () => this.scan();
    if (this.manual && this.manualHandled(connected)) return;
    const rooted = isRooted(node.tree());
    if (this.aps.length === 0) {
      if (connected && !(node.containsRoot && !rooted)) task.delay(this.slowWait());
      else task.setInterval(0.5 * SCAN_INTERVAL);
      node.stability += Math.min(STABILITY_MAX - node.stability, 25);
    } else if (connected) {
      this.considerReconfigure(rooted);
    } else {
      const best = this.aps.shift()!; // the next one is tried when this one fails
      node.log(LOG.CONNECTION, () => `joining access point ${best.nodeId}`);
      node.ports.wifi.begin(best, this.password, this.radio.channel);
      task.delay((node.settings.quirks.stationBefore156 ? 2 : 4) * SCAN_INTERVAL);
    }
  }

  /** Until the next scan when all is well, ms. Arduino's `random(2, 4)` is 2 or 3. */
  private slowWait(): number {
    const { settings, ports } = this.node;
    if (!settings.quirks.stationBefore156) return 4 * SCAN_INTERVAL;
    return (2 + Math.floor(ports.random() * 2)) * SCAN_INTERVAL;
  }

  /** Manual mode: true when there is nothing to join now. */
  private manualHandled(connected: boolean): boolean {
    if (connected && this.node.ports.wifi.ssid() === this.ssid) {
      this.task.disable();
      return true;
    }
    if (connected) {
      this.node.remoteLog.add('Close Sta because trying to connect manually\n');
      this.closeStation();
      this.task.enableDelayed(10 * SCAN_INTERVAL);
      return true;
    }
    const best = this.aps[0];
    if (best && (best.ssid || this.ssid) === this.ssid) return false;
    this.task.enableDelayed(SCAN_INTERVAL);
    return true;
  }

  /** Another, disjoint part of the mesh is in reach: an unrooted part gives up its uplink now and then to join it. */
  private considerReconfigure(rooted: boolean): void {
    const { node, task } = this;
    const { stationBefore156 } = node.settings.quirks;
    const draw = () => Math.floor(node.ports.random() * STABILITY_MAX);
    const divisor = stationBefore156 && !node.containsRoot ? 2 * (1 + size(node.tree())) : 1;
    if (!rooted && draw() < Math.floor(node.stability / divisor)) {
      node.log(
        LOG.CONNECTION,
        () => `leaving the access point to join another part, ${node.stability}`,
      );
      node.remoteLog.add('Close Sta to reconfigure network\n');
      this.closeStation();
      node.stability = 0;
      task.delay((stationBefore156 ? 3 : 4) * SCAN_INTERVAL);
    } else {
      const seeksRoot = node.containsRoot && (stationBefore156 || !rooted);
      task.delay(seeksRoot ? 0.5 * SCAN_INTERVAL : this.slowWait());
    }
  }

  private closeStation(): void {
    this.node.subs.find((sub) => sub.station)?.close();
  }
}
