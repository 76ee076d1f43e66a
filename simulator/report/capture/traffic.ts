import type { TcpFlow, TcpTap } from '../../net/tcp-tap.ts';
import { type Endpoint, FLAG, tcpPacket } from './ip-packet.ts';
import { type CapturedPacket, pcapng } from './pcapng.ts';

/** Where a server behind the router stands in captures: an address that RFC 5737 keeps for documents. */
export const SERVER_IP = '198.51.100.80';
/** lwIP's TCP_MSS in Arduino-ESP32's sdkconfig. */
const SEGMENT = 1436;
const FIRST_CLIENT_PORT = 49_152;
const CLIENT_PORTS = 16_384;
const NOTHING = new Uint8Array(0);

type Happening = { flow: TcpFlow; time: number; fromStation: boolean } & (
  | { kind: 'open' }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'end'; reset: boolean }
);

/** One side of a connection in the capture. */
interface Side extends Endpoint {
  /** The next sequence number that it sends. */
  seq: number;
}

/** Listens in on a world's TCP, and writes it as packets that Wireshark reads: streams are byte-exact, segments and acknowledgements are made up. */
export class TrafficCapture implements TcpTap {
  readonly #seen: Happening[] = [];

  opened(flow: TcpFlow, time: number): void {
    this.#seen.push({ kind: 'open', flow, time, fromStation: true });
  }

  sent(flow: TcpFlow, time: number, fromStation: boolean, bytes: Uint8Array): void {
    this.#seen.push({ kind: 'data', flow, time, fromStation, bytes });
  }

  ended(flow: TcpFlow, time: number, fromStation: boolean, reset: boolean): void {
    this.#seen.push({ kind: 'end', flow, time, fromStation, reset });
  }

  /** All packets in the order of time. `epochMs`: what virtual time 0 is, ms since 1970. */
  packets(epochMs: number): CapturedPacket[] {
    // What a board sends while its clock is ahead of the world's is noted before what others send earlier. Sorting is stable.
    const happenings = this.#seen.toSorted((a, b) => a.time - b.time);
    const sides = new Map<TcpFlow, [Side, Side]>();
    let ports = 0;
    return happenings.flatMap((one) => {
      let pair = sides.get(one.flow);
      if (!pair) sides.set(one.flow, (pair = sidesOf(one.flow, ports++)));
      const time = epochMs * 1000 + Math.floor(one.time);
      const comment = one.kind === 'open' ? describe(one.flow) : undefined;
      return packetsOf(one, pair).map((bytes, i) => ({
        time,
        bytes,
        ...(i === 0 && comment && { comment }),
      }));
    });
  }

  /** The capture as a pcapng file. */
  file(epochMs: number): Uint8Array {
    return pcapng(this.packets(epochMs), 'esp-ota-bench, virtual time');
  }
}

function sidesOf(flow: TcpFlow, number: number): [Side, Side] {
  // Initial sequence numbers tell connections apart, and say nothing else.
  const seq = 1000 * (number + 1);
  const ip = flow.acceptor === undefined ? SERVER_IP : flow.accessPointIp;
  const clientPort = FIRST_CLIENT_PORT + (number % CLIENT_PORTS);
  return [
    { ip: flow.stationIp, port: clientPort, seq },
    { ip, port: flow.port, seq: seq + 500 },
  ];
}

function packetsOf(one: Happening, [station, acceptor]: [Side, Side]): Uint8Array[] {
  const [from, to] = one.fromStation ? [station, acceptor] : [acceptor, station];
  const packet = (a: Side, b: Side, flags: number, payload: Uint8Array = NOTHING) => {
    const ack = flags & FLAG.ack ? b.seq : 0;
    const bytes = tcpPacket({ from: a, to: b, seq: a.seq, ack, flags, payload });
    a.seq += payload.length + (flags & (FLAG.syn | FLAG.fin) ? 1 : 0);
    return bytes;
  };
  switch (one.kind) {
    case 'open':
      return [
        packet(station, acceptor, FLAG.syn),
        packet(acceptor, station, FLAG.syn | FLAG.ack),
        packet(station, acceptor, FLAG.ack),
      ];
    case 'end':
      return [packet(from, to, (one.reset ? FLAG.rst : FLAG.fin) | FLAG.ack)];
    case 'data': {
      const segments: Uint8Array[] = [];
      for (let at = 0; at < one.bytes.length; at += SEGMENT) {
        const payload = one.bytes.subarray(at, at + SEGMENT);
        const last = at + SEGMENT >= one.bytes.length;
        segments.push(packet(from, to, FLAG.ack | (last ? FLAG.psh : 0), payload));
      }
      return segments;
    }
  }
}

function describe({ station, acceptor }: TcpFlow): string {
  return `${station} to ${acceptor ?? 'the server'}`;
}
