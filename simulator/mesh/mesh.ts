/** painlessMesh as a board sees it: the library's public methods, the transport's inputs, and `update()`. */
import { Connection } from './connection.ts';
import { EventQueue } from './event-queue.ts';
import { IDLE } from './idle.ts';
import { JsonError, parseJson } from './json-parse.ts';
import { asString, asUint32 } from './json-read.ts';
import { type JsonValue, member } from './json-value.ts';
import { printJson, printPretty } from './json-write.ts';
import { MeshNode } from './node.ts';
import { addNodeSync } from './node-sync.ts';
import { addOtaReceiver } from './ota-receiver.ts';
import { addOtaSender, type Offer, type OfferHandle, offerOta } from './ota-sender.ts';
import { beginPerformance, type PerformanceTrack } from './performance.ts';
import { printMessage, printTime, TIME, TYPE, typeOf } from './protocol.ts';
import { broadcast, dispatch, findRoute, sendPackage, sendTo } from './routing.ts';
import { StationScan } from './station.ts';
import { addTimeSync } from './time-sync.ts';
import { copyTree, listNodes, type NodeTree, printTreeMembers, treeToJson } from './tree.ts';
import {
  DEFAULTS,
  type InitConfig,
  LOG,
  type MeshLink,
  type MeshOptions,
  type MeshPorts,
  type ScannedAp,
  type Settings,
  type Steps,
} from './types.ts';
import { quirksOf } from './versions.ts';

const LOWEST = {
  tcpMss: 2,
  maxFrameBytes: 1,
  maxQueueBytes: 1,
  turnaroundMicros: 0,
  semaphoreMicros: 0,
};
const DEFAULT_PORT = 5555;
const DEFAULT_CONNECTIONS = { ESP32: 10, other: 4 };

export class Mesh {
  readonly nodeId: number;
  private readonly ports: MeshPorts;
  private readonly settings: Settings;
  private readonly connections = new WeakMap<MeshLink, Connection>();
  private readonly events: EventQueue;
  private node: MeshNode;
  private config: Required<InitConfig> | undefined;
  private running = false;
  private subscribers = 0;
  private otaSenders = 0;

  /** Throws RangeError when a setting makes no sense. */
  constructor(ports: MeshPorts, options: MeshOptions) {
    this.settings = settingsOf(options);
    this.ports = ports;
    this.nodeId = options.nodeId;
    this.node = new MeshNode(ports, this.settings);
    this.events = new EventQueue(() => ports.micros(), this.settings.semaphoreMicros);
  }

  // ── life ──────────────────────────────────────────────────────────────────────────────────────

  /** Start access point, TCP server and scanning. Throws when the mesh already runs: call `stop()` first. */
  init(config: InitConfig): void {
    if (this.config)
      throw new Error('mesh.init: already running; call stop() before another init()');
    const connections =
      this.settings.hardware === 'ESP32' ? DEFAULT_CONNECTIONS.ESP32 : DEFAULT_CONNECTIONS.other;
    this.config = {
      port: DEFAULT_PORT,
      mode: 'ap+sta',
      channel: 1,
      hidden: false,
      maxConnections: connections,
      ...definedOnly(config),
    };
    const { ssid, password, channel, hidden, maxConnections, port, mode } = this.config;
    const { wifi } = this.ports;
    if (wifi.connected()) wifi.disconnect();
    addTimeSync(this.node);
    addNodeSync(this.node);
    for (const type of [TYPE.SINGLE, TYPE.BROADCAST]) this.node.onPackage(type, receiveMessage);
    wifi.listen(port);
    if (mode !== 'sta') wifi.startAp({ ssid, password, channel, hidden, maxConnections });
    const station = new StationScan(this.node, { channel, hidden });
    if (mode === 'ap') return;
    station.configure(ssid, password, port);
    station.start();
    this.node.station = station;
  }

  /** Close everything. Subscriptions and OTA handlers are gone; settings, log types and the clock stay. */
  stop(): void {
    if (!this.config) return;
    const old = this.node;
    old.station?.stop();
    for (const sub of [...old.subs]) sub.close();
    old.pool.clear();
    old.handlers.clear();
    const { wifi } = this.ports;
    if (wifi.connected()) wifi.disconnect();
    wifi.unlisten();
    this.events.clear();
    this.node = new MeshNode(this.ports, this.settings);
    this.node.logTypes = old.logTypes;
    this.node.root = old.root;
    this.node.containsRoot = old.containsRoot;
    this.node.stability = old.stability;
    this.node.timeOffset = old.timeOffset;
    this.config = undefined;
  }

  /**
   * One scheduler pass, stopping at each callback into the application. While it is stopped the application
   * may call any method; `update()` itself then does nothing, as the semaphore is taken. Events that come in
   * while a callback blocks longer than 10 ticks are lost, as on the chip.
   */
  update(): Steps {
    return this.hasWork() ? this.pass() : IDLE;
  }

  /** Whether `update()` would do anything now. */
  hasWork(): boolean {
    if (this.running) return false;
    return !this.events.empty || this.ports.micros() >= this.nextTask();
  }

  /** Absolute board time in µs of the next work: 0 for at once, Infinity for none until something comes in. */
  nextDue(): number {
    return this.events.empty ? this.nextTask() : 0;
  }

  /** Tasks in the scheduler, enabled or not: what a test watches for leaks. */
  chainLength(): number {
    return this.node.scheduler.length;
  }

  /** Bytes of frames that wait to be read or sent. */
  queuedBytes(): number {
    return this.node.subs.reduce((sum, sub) => sum + sub.queuedBytes, 0);
  }

  private nextTask(): number {
    return Math.max(0, this.node.scheduler.dueAt() * 1000);
  }

  private *pass(): Steps {
    if (this.running) return;
    this.running = true;
    try {
      this.events.run();
      this.events.blocked = true;
      yield* this.node.scheduler.execute();
    } finally {
      this.running = false;
      this.events.release();
    }
  }

  // ── inputs from the transport ─────────────────────────────────────────────────────────────────

  /** Someone dialled this node's server. */
  onAccepted(link: MeshLink): void {
    this.connected(link, false);
  }

  /** `wifi.dial` succeeded. */
  onConnected(link: MeshLink): void {
    this.connected(link, true);
  }

  /** `wifi.dial` failed. */
  onDialError(): void {
    this.events.push(() => this.stationLost());
  }

  /** Bytes of a link, cut anywhere; copied. */
  onData(link: MeshLink, bytes: Uint8Array): void {
    const connection = this.connections.get(link);
    if (!connection || connection.receive(bytes)) return;
    this.events.pushSafe(() => connection.close());
  }

  /** The link can take bytes again after `sendSpace()` was 0. */
  onSendSpace(link: MeshLink): void {
    this.connections.get(link)?.sendSpace();
  }

  /** The far end closed the link, or it broke. */
  onClosed(link: MeshLink): void {
    const connection = this.connections.get(link);
    if (connection) this.events.pushSafe(() => connection.close());
  }

  /** @param aps what was heard, mesh or not; undefined when the scan failed */
  onScanDone(aps: readonly ScannedAp[] | undefined): void {
    this.events.push(() => this.node.station?.scanDone(aps));
  }

  onGotIp(): void {
    this.events.push(() => this.node.station?.gotIp());
  }

  onStationDisconnected(): void {
    this.events.push(() => this.stationLost());
  }

  private connected(link: MeshLink, station: boolean): void {
    const connection = new Connection(this.node, link, station);
    this.connections.set(link, connection);
    this.events.push(
      () => connection.start(),
      () => this.connections.delete(link), // the stream stays open and nobody serves it
    );
  }

  private stationLost(): void {
    // With node id 0 no callback into the application can follow.
    for (const _ of this.node.droppedConnection(0, true));
  }

  // ── the application's methods ─────────────────────────────────────────────────────────────────

  /** False when there is no route to `dest`. */
  sendSingle(dest: number, message: string): boolean {
    return sendTo(this.node, printMessage(TYPE.SINGLE, this.nodeId, dest, message), dest);
  }

  /**
   * False when there is no neighbour. With `includeSelf` the message comes back as a `receive` callback of the
   * next `update()`; the library calls the receivers at once, which a binding can do itself.
   */
  sendBroadcast(message: string, includeSelf = false): boolean {
    const text = printMessage(TYPE.BROADCAST, this.nodeId, 0, message);
    const sent = broadcast(this.node, text, 0);
    if (includeSelf) {
      const { node } = this;
      node.pool.once(() => dispatch(node, parseJson(text), undefined, 0));
    }
    return sent > 0;
  }

  /** Send a package of your own, as JSON text or value, by its `routing` and `dest`. False when it went nowhere or is no JSON. */
  sendPackage(pkg: string | JsonValue): boolean {
    try {
      return sendPackage(this.node, typeof pkg === 'string' ? parseJson(pkg) : pkg);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.node.log(LOG.ERROR, () => `sendPackage: ${error.message}`);
      return false;
    }
  }

  /** Have frames of `type` delivered as `package` callbacks with the number returned here. Subscriptions add up. */
  subscribePackage(type: number): number {
    const handler = this.subscribers++;
    this.node.onPackage(type, function* (frame): Steps {
      yield { kind: 'package', handler, type: typeOf(frame), json: printJson(frame) };
    });
    return handler;
  }

  isConnected(nodeId: number): boolean {
    return findRoute(this.node, nodeId) !== undefined;
  }

  getNodeList(includeSelf = false): number[] {
    return listNodes(this.node.tree(), includeSelf);
  }

  asNodeTree(): NodeTree {
    return copyTree(this.node.tree());
  }

  subConnectionJson(pretty = false): string {
    const tree = this.node.tree();
    return pretty ? printPretty(treeToJson(tree)) : `{${printTreeMembers(tree)}}`;
  }

  /** µs, uint32 */
  getNodeTime(): number {
    return this.node.nodeTime();
  }

  /** 0..1000: how long the layout has not changed. Public in the library, for whoever knows better. */
  get stability(): number {
    return this.node.stability;
  }

  set stability(value: number) {
    this.node.stability = value;
  }

  setRoot(on = true): void {
    this.node.root = on;
  }

  isRoot(): boolean {
    return this.node.root;
  }

  setContainsRoot(on = true): void {
    this.node.containsRoot = on;
  }

  /** @param types sum of {@link LOG} values */
  setDebugMsgTypes(types: number): void {
    this.node.logTypes = types;
  }

  /** Join one given network instead of the mesh's. Port 0: without speaking mesh on it. */
  stationManual(ssid: string, password: string, port = 0, ip?: string): void {
    this.node.station?.configureManual(ssid, password, port, ip);
  }

  /** Measure the way to `nodeId`; a `nodeDelay` callback follows. False when there is no route. */
  startDelayMeas(nodeId: number): boolean {
    const connection = findRoute(this.node, nodeId);
    const request = { dest: nodeId, from: this.nodeId, type: TIME.REQUEST, t1: 0, t2: 0 };
    const text = printTime(TYPE.TIME_DELAY, { ...request, t0: this.node.nodeTime() });
    return connection?.send(text) ?? false;
  }

  /** Report this node's state every `seconds` (type 13) and keep what others report, in the map returned, by node id. */
  beginPerformance(seconds = 2, freeMemory: () => number = () => 0): Map<number, PerformanceTrack> {
    return beginPerformance(this.node, seconds, freeMemory);
  }

  /** Send this node's kept log lines to `dest` every `seconds` (type 14); REMOTE must be among the debug types. */
  beginRemoteLog(dest: number, seconds = 120, freeMemory: () => number = () => 0): void {
    this.node.remoteLog.begin(dest, seconds, freeMemory);
  }

  /** Keep a line for the remote log. */
  logRemote(text: string): void {
    this.node.remoteLog.add(text);
  }

  /** Have data requests delivered as `otaRequest` callbacks with the number returned here. Senders add up. */
  initOTASend(partSize: number): number {
    const handler = this.otaSenders++;
    addOtaSender(this.node, handler, partSize);
    return handler;
  }

  offerOTA(offer: Offer): OfferHandle {
    return offerOta(this.node, offer);
  }

  /** Take images for `role` that are announced from now on. Reads the state file. */
  initOTAReceive(role = ''): void {
    addOtaReceiver(this.node, role);
  }
}

function* receiveMessage(frame: JsonValue): Steps {
  yield {
    kind: 'receive',
    from: asUint32(member(frame, 'from')),
    message: asString(member(frame, 'msg')),
  };
}

function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function settingsOf(options: MeshOptions): Settings {
  const given = { ...DEFAULTS, ...definedOnly(options) };
  const quirks = quirksOf(given.version, definedOnly(options.quirks ?? {}));
  const { nodeId } = given;
  if (!Number.isInteger(nodeId) || nodeId < 0 || nodeId > 0xffff_ffff) {
    throw new RangeError(`nodeId ${nodeId} is no uint32`);
  }
  for (const [name, lowest] of Object.entries(LOWEST)) {
    const value = given[name as keyof typeof LOWEST];
    if (!Number.isInteger(value) || value < lowest) {
      throw new RangeError(`${name} ${value} is no integer of at least ${lowest}`);
    }
  }
  return { ...given, quirks };
}
