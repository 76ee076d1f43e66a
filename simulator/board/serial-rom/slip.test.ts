import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSlip } from '../../../tools/formats/slip.ts';
import { SlipReader } from './slip.ts';

const text = (packets: Uint8Array[]) =>
  packets.map((packet) => Buffer.from(packet).toString('hex'));

describe('SLIP', () => {
  it('brings back every packet, however the bytes come', () => {
    const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 });
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 7 }), (sent, piece) => {
        const wire = Buffer.concat(sent.map((packet) => encodeSlip(packet)));
        const reader = new SlipReader();
        const got: Uint8Array[] = [];
        for (let i = 0; i < wire.length; i += piece)
          got.push(...reader.push(wire.subarray(i, i + piece)));
        expect(text(got)).toEqual(text(sent));
      }),
    );
  });

  it('knows the two escapes of the protocol', () => {
    const frame = encodeSlip(Uint8Array.of(1, 0xc0, 0xdb, 2));
    expect(Buffer.from(frame).toString('hex')).toBe('c001dbdcdbdd02c0');
  });

  it('takes what comes before a packet for noise', () => {
    const reader = new SlipReader();
    const noise = new TextEncoder().encode('waiting for download\n');
    expect(text(reader.push(Buffer.concat([noise, encodeSlip(Uint8Array.of(5))])))).toEqual(['05']);
  });

  it('loses a packet with a wrong escape, and not the next one', () => {
    const reader = new SlipReader();
    const bytes = Buffer.concat([
      Uint8Array.of(0xc0, 1, 0xdb, 7, 2, 0xc0),
      encodeSlip(Uint8Array.of(9)),
    ]);
    expect(text(reader.push(bytes))).toEqual(['09']);
  });

  it('finds its feet after a lost END', () => {
    const reader = new SlipReader();
    const headless = encodeSlip(Uint8Array.of(1, 2)).subarray(1);
    expect(text(reader.push(headless))).toEqual([]);
    expect(text(reader.push(encodeSlip(Uint8Array.of(3))))).toEqual(['03']);
  });
});
