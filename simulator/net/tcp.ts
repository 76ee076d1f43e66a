import type { EventHandle, Kernel } from '../kernel/kernel.ts';
import type { LinkUse } from './radio.ts';
import type { TcpFlow } from './tcp-tap.ts';
import type { Association, WifiDevice } from './wifi-device.ts';

/** lwIP's TCP_SND_BUF in Arduino-ESP32's sdkconfig: bytes that may wait unacknowledged. */
export const SEND_BUFFER = 5744;
/** lwIP's first retransmission timeout in Arduino-ESP32's sdkconfig (LWIP_TCP_RTO_TIME); it doubles up to 2^7 times. */
const RETRANSMIT_US = 1_500_000;
const BACKOFF_MAX = 7;
/** LWIP_TCP_MAXRTX: so many retransmissions of one segment, then the connection is aborted. */
const RETRANSMISSIONS = 12;
/** What esp_wifi_disconnect lets the driver still send. */
const FLUSH_US = 5_000;

interface Segment {
  /** When its last byte is on the air, and when it arrives, µs. */
  leaves: number;
  time: number;
  arrive: () => void;
}

/** One end of a TCP connection, as lwIP shows it to its owner. Handlers run as events of the owner's board. */
export class TcpEnd {
  onData: (bytes: Uint8Array) => void = () => {};
  /** The peer closed (`reset` false) or the connection broke (`reset` true). */
  onClosed: (reset: boolean) => void = () => {};
  /** Acknowledgements made room in the send buffer. */
  onWritable: () => void = () => {};
  closed = false;
  /** Name of the device at the other end; empty where that is a server behind the access point. */
  peer = '';
  /** Somebody found the send buffer full. */
  waiting = false;
  /** Unacknowledged bytes. */
  inFlight = 0;
  /** Bytes written while this end's CPU is ahead of the kernel's clock leave that much later, µs. */
  ahead: () => number = () => 0;
  readonly #connection: TcpConnection;

  constructor(connection: TcpConnection) {
    this.#connection = connection;
  }

  /** Bytes that fit now. One who has seen 0 here is told by `onWritable` when there is room again. */
  get sendSpace(): number {
    const space = this.closed ? 0 : Math.max(0, SEND_BUFFER - this.inFlight);
    if (space === 0) this.waiting = true;
    return space;
  }

  /** Queues bytes, which nobody may write into from then on; answers how many, 0 when closed. The send buffer is not enforced here: ask
   * `sendSpace`. */
  write(bytes: Uint8Array): number {
    if (this.closed || bytes.length === 0) return 0;
    this.#connection.send(this, bytes);
    return bytes.length;
  }

  /** Closes in order: what was written still arrives, then the peer sees the end. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#connection.finish(this, false);
  }

  /** Breaks the connection: what was written still arrives, then the peer sees a reset. */
  reset(): void {
    if (this.closed) return;
    this.closed = true;
    this.#connection.finish(this, true);
  }
}

/** A TCP connection over one WiFi hop (and, to a server, the uplink behind it). In order, reliable, delayed. */
export class TcpConnection {
  readonly dialler: TcpEnd;
  readonly acceptor: TcpEnd;
  onGone: () => void = () => {};
  readonly #stay: Association;
  /** The device of the accepting end; undefined for a server behind the access point. */
  readonly #acceptDevice: WifiDevice | undefined;
  readonly #kernel: Kernel;
  /** The segment sent last, by sender: the next one leaves and arrives after it, whatever the jitter. */
  readonly #last = new Map<TcpEnd, Segment>();
  /** Ends whose device forgot them (reset or power cut). */
  readonly #forgotten = new Set<TcpEnd>();
  readonly #timers = new Set<EventHandle>();
  readonly #queues = new Map<TcpEnd, Segment[]>();
  /** From then on nothing more leaves an end: its device is down or off the air. */
  readonly #silent = new Map<TcpEnd, number>();
  readonly #uses = new Map<TcpEnd, LinkUse>();
  readonly #jitter: () => number;
  #chance: (() => number) | undefined;
  readonly #flow: TcpFlow;

  constructor(stay: Association, acceptDevice: WifiDevice | undefined, port = 0) {
    this.#stay = stay;
    this.#acceptDevice = acceptDevice;
    const { medium } = stay.station;
    this.#kernel = medium.kernel;
    this.#jitter = medium.kernel.random(`link:${stay.station.name}-${stay.accessPoint.name}`);
    this.dialler = new TcpEnd(this);
    this.acceptor = new TcpEnd(this);
    this.acceptor.peer = stay.station.name;
    this.dialler.peer = acceptDevice?.name ?? '';
    this.#queues.set(this.dialler, []).set(this.acceptor, []);
    this.#flow = {
      station: stay.station.name,
      stationIp: stay.ip,
      acceptor: acceptDevice?.name,
      accessPointIp: stay.gateway,
      port,
    };
    for (const tap of medium.taps) tap.opened(this.#flow, this.#kernel.now);
  }

  send(from: TcpEnd, bytes: Uint8Array): void {
    from.inFlight += bytes.length;
    for (const tap of this.#stay.station.medium.taps) {
      tap.sent(this.#flow, this.#kernel.now + from.ahead(), from === this.dialler, bytes);
    }
    this.#deliver(from, bytes.length, () => {
      const to = this.#peer(from);
      from.inFlight -= bytes.length;
      if (!to.closed) this.#hand(from, to, bytes);
      if (!from.waiting) return;
      from.waiting = false;
      this.#schedule(from, this.#profile().latency, () => !from.closed && from.onWritable());
    });
  }

  /** Between two devices by way of the medium's gate, where there is one. */
  #hand(from: TcpEnd, to: TcpEnd, bytes: Uint8Array): void {
    const { gate } = this.#stay.station.medium;
    if (!gate || !this.#acceptDevice) return to.onData(bytes);
    gate.arrived(this.#flow, from === this.dialler, bytes, (passed) => {
      if (!to.closed) to.onData(passed);
    });
  }

  finish(from: TcpEnd, reset: boolean): void {
    for (const tap of this.#stay.station.medium.taps) {
      tap.ended(this.#flow, this.#kernel.now + from.ahead(), from === this.dialler, reset);
    }
    this.#deliver(from, 0, () => {
      const to = this.#peer(from);
      if (!to.closed) {
        to.closed = true;
        to.onClosed(reset);
      }
      this.#gone();
    });
  }

  /** A device lost power or reset: its end is forgotten without a word. */
  deviceDown(device: WifiDevice): void {
    const end =
      device === this.#stay.station
        ? this.dialler
        : device === this.#acceptDevice
          ? this.acceptor
          : undefined;
    if (!end) return;
    end.closed = true;
    this.#silence(end, this.#kernel.now);
    this.#forgotten.add(end);
    if (this.#peer(end).closed) this.#gone();
  }

  /**
   * The station is off its access point: lwIP aborts the connections bound to that address. What stood in the driver's
   * queue when the station itself said goodbye still goes out before the deauthentication frame.
   */
  stationLost(stay: Association, goodbye = false): void {
    if (stay !== this.#stay) return;
    this.#silence(this.dialler, this.#kernel.now + (goodbye ? FLUSH_US : 0));
    if (this.dialler.closed) return;
    this.dialler.closed = true;
    this.#forgotten.add(this.dialler);
    this.dialler.onClosed(true);
    // A server's stack notices soon enough; an access point's half-open connection stays until something is sent.
    if (!this.#acceptDevice && !this.acceptor.closed) this.#break(this.acceptor);
    if (this.acceptor.closed) this.#gone();
  }

  /** Queues `length` bytes for the peer: in order, when both radios are free, at the pace of the link. */
  #deliver(from: TcpEnd, length: number, arrive: () => void): void {
    const [sender, receiver] = [this.#deviceOf(from), this.#deviceOf(this.#peer(from))];
    const { medium } = sender;
    const profile = medium.link(sender.name, receiver.name);
    const queue = this.#queues.get(from)!;
    const before = this.#last.get(from);
    const copies = 1 + this.#losses(from, profile.loss);
    const ready = Math.max(this.#kernel.now + from.ahead(), before?.leaves ?? 0);
    let use = this.#uses.get(from);
    if (!use) this.#uses.set(from, (use = medium.useOf(sender.name, receiver.name)));
    const segment = { bytes: length, ready, copies };
    const leaves = medium.transmit(sender, receiver, segment, profile, use);
    const again = retransmissionTime(copies - 1);
    const arrives = leaves + again + profile.latency + Math.floor(this.#jitter() * profile.jitter);
    const sent = { leaves, time: Math.ceil(Math.max(arrives, before?.time ?? 0)), arrive };
    this.#last.set(from, sent);
    // Given up on: nothing of this stream arrives any more.
    if (copies > RETRANSMISSIONS) return this.#schedule(from, again, () => this.#abort(from));
    queue.push(sent);
    if (queue.length > 1) return;
    this.#schedule(this.#peer(from), sent.time - this.#kernel.now, () => this.#advance(from));
  }

  /** How often a segment is lost before it arrives; one more than may be means that it never does. */
  #losses(from: TcpEnd, loss: number): number {
    if (loss <= 0) return 0;
    const { station, accessPoint } = this.#stay;
    const way = from === this.dialler ? [station, accessPoint] : [accessPoint, station];
    this.#chance ??= this.#kernel.random(`loss:${way.map((device) => device.name).join('>')}`);
    let losses = 0;
    while (losses < RETRANSMISSIONS && this.#chance() < loss) losses++;
    return losses;
  }

  /** lwIP gives up and forgets the connection; its reset is as lost as what it sent, so the peer learns of it when it sends. */
  #abort(from: TcpEnd): void {
    if (from.closed) return;
    from.closed = true;
    this.#silence(from, this.#kernel.now);
    this.#forgotten.add(from);
    from.onClosed(true);
    if (this.#peer(from).closed) this.#gone();
  }

  /** Hands over what is due, retransmitting while the path is down; a peer that forgot the connection answers RST. */
  #advance(from: TcpEnd, tries = 0): void {
    const queue = this.#queues.get(from)!;
    const to = this.#peer(from);
    while (queue.length > 0 && queue[0]!.time <= this.#kernel.now) {
      const inTheAir = queue[0]!.leaves <= (this.#silent.get(from) ?? Number.POSITIVE_INFINITY);
      if (this.#silent.has(from) ? !inTheAir || !this.#deviceOf(to).up : !this.#pathUp(from)) {
        if (this.#forgotten.has(from)) return;
        if (tries >= RETRANSMISSIONS) return this.#abort(from);
        const wait = retransmissionTime(tries + 1) - retransmissionTime(tries);
        return this.#schedule(to, wait, () => this.#advance(from, tries + 1));
      }
      if (this.#forgotten.has(to)) return this.#break(from);
      queue.shift()!.arrive();
    }
    const next = queue[0];
    if (next) this.#schedule(to, next.time - this.#kernel.now, () => this.#advance(from));
  }

  #silence(end: TcpEnd, from: number): void {
    if (!this.#silent.has(end)) this.#silent.set(end, from);
  }

  #deviceOf(end: TcpEnd): WifiDevice {
    if (end === this.dialler) return this.#stay.station;
    return this.#acceptDevice ?? this.#stay.accessPoint;
  }

  /** Whether a segment of `from` gets through, and its acknowledgement comes back. */
  #pathUp(from: TcpEnd): boolean {
    const { station, accessPoint } = this.#stay;
    if (!station.up || !accessPoint.up) return false;
    if (station.association?.accessPoint !== accessPoint) return false;
    const { medium } = station;
    const [here, there] = [this.#deviceOf(from).name, this.#deviceOf(this.#peer(from)).name];
    return !medium.isDown(here, there) && !medium.isDown(there, here);
  }

  #break(end: TcpEnd): void {
    if (end.closed) return;
    end.closed = true;
    this.#schedule(end, this.#profile().latency, () => {
      end.onClosed(true);
      this.#gone();
    });
  }

  #gone(): void {
    for (const timer of this.#timers) this.#kernel.cancel(timer);
    this.#timers.clear();
    this.onGone();
  }

  #schedule(owner: TcpEnd, delay: number, run: () => void): void {
    const board =
      owner === this.dialler ? this.#stay.station.board : (this.#acceptDevice?.board ?? -1);
    const timer = this.#kernel.after(
      delay,
      () => {
        this.#timers.delete(timer);
        run();
      },
      { board },
    );
    this.#timers.add(timer);
  }

  #profile() {
    const { station, accessPoint } = this.#stay;
    return station.medium.link(station.name, accessPoint.name);
  }

  #peer(end: TcpEnd): TcpEnd {
    return end === this.dialler ? this.acceptor : this.dialler;
  }
}

/** µs from the first sending to the `count`th retransmission. */
function retransmissionTime(count: number): number {
  let time = 0;
  for (let i = 0; i < count; i++) time += RETRANSMIT_US * 2 ** Math.min(i, BACKOFF_MAX);
  return time;
}
