import { describe, expect, test } from 'vitest';
import { encodeSlip } from '../../formats/slip.ts';
import { SlipDecoder } from './slip.ts';

function decode(...chunks: Uint8Array[]): { frames: number[][]; noise: number } {
  const frames: number[][] = [];
  const decoder = new SlipDecoder((frame) => frames.push([...frame]));
  for (const chunk of chunks) decoder.push(chunk);
  return { frames, noise: decoder.noise };
}

describe('SLIP', () => {
  test('escapes its own two bytes, over several parts', () => {
    const frame = encodeSlip(Uint8Array.of(1, 0xc0), Uint8Array.of(0xdb, 2));
    expect([...frame]).toEqual([0xc0, 1, 0xdb, 0xdc, 0xdb, 0xdd, 2, 0xc0]);
    expect(decode(frame)).toEqual({ frames: [[1, 0xc0, 0xdb, 2]], noise: 0 });
  });

  test('whatever bytes there are come back, wherever the stream is cut', () => {
    const data = Uint8Array.from({ length: 600 }, (_, i) => (i * 89) & 0xff);
    const frame = encodeSlip(data);
    for (const cut of [1, 2, 7, 300, frame.length - 1]) {
      const { frames } = decode(frame.subarray(0, cut), frame.subarray(cut));
      expect(frames).toEqual([[...data]]);
    }
  });

  test('a boot log before a frame costs nothing, and neither does a stray end', () => {
    const text = new TextEncoder().encode('rst:0x1\r\n');
    const frame = encodeSlip(Uint8Array.of(1, 8));
    expect(decode(text, frame).frames).toEqual([[1, 8]]);
    expect(decode(text, Uint8Array.of(0xc0), text, frame).frames.at(-1)).toEqual([1, 8]);
  });

  test('a broken escape is noise, and the next frame is whole', () => {
    const broken = Uint8Array.of(0xc0, 1, 0xdb, 7, 2, 0xc0);
    const { frames, noise } = decode(broken, encodeSlip(Uint8Array.of(9)));
    expect([frames, noise]).toEqual([[[9]], 1]);
    expect(decode(Uint8Array.of(0xc0, 1, 0xdb, 0xc0))).toEqual({ frames: [], noise: 1 });
  });

  test('a frame without an end does not grow for ever', () => {
    const { frames, noise } = decode(Uint8Array.of(0xc0), new Uint8Array(200_000).fill(7));
    expect([frames, noise]).toEqual([[], 1]);
  });
});
