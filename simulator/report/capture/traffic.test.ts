import { describe, expect, it } from 'vitest';
import type { TcpFlow } from '../../net/tcp-tap.ts';
import { FLAG, tcpPacket } from './ip-packet.ts';
import { pcapng } from './pcapng.ts';
import { SERVER_IP, TrafficCapture } from './traffic.ts';

const FLOW: TcpFlow = {
  station: 'pir-1',
  stationIp: '10.1.2.3',
  acceptor: 'gateway',
  accessPointIp: '10.1.2.1',
  port: 5555,
};

interface Read {
  from: string;
  to: string;
  seq: number;
  ack: number;
  flags: number;
  text: string;
}

/** Reads a packet back by RFC 791 and 9293, its checksums verified. */
function read(bytes: Uint8Array): Read {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const ip = (at: number) => bytes.subarray(at, at + 4).join('.');
  expect(view.getUint16(2)).toBe(bytes.length);
  expect(folded([bytes.subarray(0, 20)])).toBe(0xffff);
  const pseudo = Uint8Array.of(...bytes.subarray(12, 20), 0, 6, 0, 0);
  new DataView(pseudo.buffer).setUint16(10, bytes.length - 20);
  expect(folded([pseudo, bytes.subarray(20)])).toBe(0xffff);
  return {
    from: `${ip(12)}:${view.getUint16(20)}`,
    to: `${ip(16)}:${view.getUint16(22)}`,
    seq: view.getUint32(24),
    ack: view.getUint32(28),
    flags: bytes[33]!,
    text: new TextDecoder().decode(bytes.subarray(40)),
  };
}

function folded(parts: Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) part.forEach((byte, i) => (sum += i % 2 ? byte : byte << 8));
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a capture', () => {
  it('opens, carries both ways with right sequence numbers, and closes', () => {
    const capture = new TrafficCapture();
    capture.opened(FLOW, 10);
    capture.sent(FLOW, 20, true, bytes('hello'));
    capture.sent(FLOW, 30, false, bytes('x'.repeat(2000)));
    capture.ended(FLOW, 40, true, false);
    capture.ended(FLOW, 50, false, true);
    const packets = capture.packets(1000);
    expect(packets.map(({ time }) => time - 1_000_000)).toEqual([10, 10, 10, 20, 30, 30, 40, 50]);
    expect(packets[0]!.comment).toBe('pir-1 to gateway');
    const [syn, synAck, , hello, first, second, fin, rst] = packets.map((one) => read(one.bytes));
    expect(syn).toMatchObject({ from: '10.1.2.3:49152', to: '10.1.2.1:5555', flags: FLAG.syn });
    expect(synAck).toMatchObject({ flags: FLAG.syn | FLAG.ack, ack: syn!.seq + 1 });
    expect(hello).toMatchObject({ seq: syn!.seq + 1, ack: synAck!.seq + 1, text: 'hello' });
    expect(first!.ack).toBe(hello!.seq + 5);
    expect(second!.seq).toBe(first!.seq + first!.text.length);
    expect(first!.text.length + second!.text.length).toBe(2000);
    expect(fin).toMatchObject({
      flags: FLAG.fin | FLAG.ack,
      ack: second!.seq + second!.text.length,
    });
    expect(rst!.flags & FLAG.rst).toBe(FLAG.rst);
  });

  it('sorts what was noted ahead of time, and gives every connection a port of its own', () => {
    const capture = new TrafficCapture();
    const other = { ...FLOW, acceptor: undefined, port: 80 };
    capture.opened(FLOW, 0);
    capture.opened(other, 5);
    capture.sent(FLOW, 90, true, bytes('later'));
    capture.sent(other, 50, true, bytes('sooner'));
    const data = capture
      .packets(0)
      .map((one) => read(one.bytes))
      .filter(({ text }) => text);
    expect(data.map(({ text }) => text)).toEqual(['sooner', 'later']);
    expect(data[0]).toMatchObject({ from: '10.1.2.3:49153', to: `${SERVER_IP}:80` });
  });
});

describe('pcapng', () => {
  it('is whole blocks, each with its length at both ends, timestamps of 64 bits', () => {
    const time = 1_767_225_600_000_000 + 5;
    const file = pcapng([{ time, bytes: bytes('abcde'), comment: 'c' }], 'test');
    const view = new DataView(file.buffer);
    const types: number[] = [];
    let at = 0;
    while (at < file.length) {
      const length = view.getUint32(at + 4, true);
      expect(length % 4).toBe(0);
      expect(view.getUint32(at + length - 4, true)).toBe(length);
      types.push(view.getUint32(at, true));
      if (types.length === 3) {
        const seconds = view.getUint32(at + 12, true) * 2 ** 32 + view.getUint32(at + 16, true);
        expect(seconds).toBe(time);
        expect(view.getUint32(at + 20, true)).toBe(5);
      }
      at += length;
    }
    expect(types).toEqual([0x0a0d0d0a, 1, 6]);
  });

  it('refuses what is no address and what no datagram holds', () => {
    const end = { ip: '10.0.0.1', port: 1 };
    const packet = { from: end, to: end, seq: 0, ack: 0, flags: 0 };
    const big = { ...packet, payload: new Uint8Array(65_500) };
    expect(() => tcpPacket(big)).toThrow(RangeError);
    const wrong = { ...packet, from: { ip: '10.0.0', port: 1 }, payload: new Uint8Array(0) };
    expect(() => tcpPacket(wrong)).toThrow('10.0.0 is no IPv4 address');
  });
});
