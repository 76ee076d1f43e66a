import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample, sameRate } from './resample.ts';

describe('a receiver at another rate', () => {
  it('hears what was sent while it is off by less than a twentieth', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 50 }),
        fc.double({ min: 0.96, max: 1.04, noNaN: true }),
        (bytes, off) => {
          expect([...resample(bytes, 115_200, 115_200 * off)]).toEqual([...bytes]);
        },
      ),
    );
  });

  it('hears other bytes when it is slower, and fewer', () => {
    const sent = new TextEncoder().encode('waiting for download\r\n'.repeat(10));
    const heard = resample(sent, 460_800, 115_200);
    expect(heard.length).toBeLessThan(sent.length);
    expect(heard.length).toBeGreaterThan(10);
    expect(new TextDecoder('latin1').decode(heard)).not.toContain('download');
  });

  it('samples in the middle of its own bits', () => {
    // At half the rate: bits 2, 4 and 6 of the first byte, its stop bit, bits 0, 2, 4 and 6 of the second.
    expect([...resample(Uint8Array.of(0x10, 0x01), 230_400, 115_200)]).toEqual([0b0001_1010]);
  });

  it('hears more when it is faster', () => {
    const sent = new TextEncoder().encode('invalid header: 0xffffffff\r\n');
    const heard = resample(sent, 74_880, 115_200);
    expect(heard.length).toBeGreaterThan(sent.length / 2);
    expect(new TextDecoder('latin1').decode(heard)).not.toContain('header');
  });

  it('takes rates for the same that a UART cannot tell apart', () => {
    expect([sameRate(115_200, 115_107), sameRate(115_200, 74_880)]).toEqual([true, false]);
  });
});
