import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveBuffer } from './receive-buffer.ts';
import { SentBuffer } from './sent-buffer.ts';
import { decodeText, encodeFrame } from './text.ts';

fc.configureGlobal({ seed: 156 });

function drain(buffer: ReceiveBuffer): string[] {
  const frames: string[] = [];
  for (let frame = buffer.shift(); frame; frame = buffer.shift()) {
    expect(frame.at(-1)).toBe(0);
    frames.push(decodeText(frame.subarray(0, -1)));
  }
  return frames;
}

describe('receiving', () => {
  it('finds the same frames however the stream is cut', () => {
    const frame = fc
      .string({ unit: 'grapheme', minLength: 0, maxLength: 30 })
      .map((s) => s.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat(20)), (frames, cuts) => {
        const stream = Uint8Array.from(frames.flatMap((text) => [...encodeFrame(text)]));
        const buffer = new ReceiveBuffer(1000, 10_000);
        let at = 0;
        for (const cut of cuts) {
          expect(buffer.push(stream.subarray(at, at + cut))).toBe(true);
          at += cut;
        }
        expect(buffer.push(stream.subarray(at))).toBe(true);
        expect(drain(buffer)).toEqual(frames.filter((text) => text !== ''));
        expect(buffer.empty).toBe(true);
      }),
    );
  });

  it('copies what it keeps of larger memory, which a socket may use again', () => {
    const read = new Uint8Array(64);
    read.set(encodeFrame('abc'));
    const buffer = new ReceiveBuffer(100, 100);
    buffer.push(read.subarray(0, 4));
    read.fill(0x78);
    expect(drain(buffer)).toEqual(['abc']);
  });

  it('hands a frame that came alone on in the memory that it came in', () => {
    const frame = encodeFrame('abc');
    const buffer = new ReceiveBuffer(100, 100);
    buffer.push(frame);
    expect(buffer.shift()).toBe(frame);
  });

  it('takes a frame of exactly the limit, NUL included, and refuses one byte more, even a byte at a time', () => {
    const exact = new ReceiveBuffer(201, 1000);
    const over = new ReceiveBuffer(200, 1000);
    for (let i = 0; i < 200; i++) {
      expect(exact.push(Uint8Array.of(65))).toBe(true);
      expect(over.push(Uint8Array.of(65))).toBe(true);
    }
    expect(exact.push(Uint8Array.of(0))).toBe(true);
    expect(drain(exact)).toEqual(['A'.repeat(200)]);
    expect(over.push(Uint8Array.of(65))).toBe(false);
  });

  it('bounds what waits to be read', () => {
    const buffer = new ReceiveBuffer(101, 250);
    const frame = encodeFrame('x'.repeat(100));
    expect([buffer.push(frame), buffer.push(frame), buffer.push(frame)]).toEqual([
      true,
      true,
      false,
    ]);
    drain(buffer);
    buffer.clear();
    expect(buffer.push(frame)).toBe(true);
  });
});

describe('sending', () => {
  const read = (buffer: SentBuffer, limit = 1000) => decodeText(buffer.take(limit));

  it('lets priority frames pass, the latest first', () => {
    const buffer = new SentBuffer(1000);
    buffer.push(encodeFrame('a'), false);
    buffer.push(encodeFrame('b'), false);
    buffer.push(encodeFrame('P'), true);
    buffer.push(encodeFrame('Q'), true);
    expect([read(buffer), read(buffer), read(buffer), read(buffer)]).toEqual([
      'Q\0',
      'P\0',
      'a\0',
      'b\0',
    ]);
    expect(buffer.empty).toBe(true);
    expect(read(buffer)).toBe('');
  });

  it('never puts one into a frame that is half written', () => {
    const buffer = new SentBuffer(1000);
    buffer.push(encodeFrame('long'), false);
    buffer.push(encodeFrame('b'), false);
    expect(read(buffer, 2)).toBe('lo');
    buffer.push(encodeFrame('P'), true);
    expect([read(buffer, 2), read(buffer, 9), read(buffer, 9), read(buffer)]).toEqual([
      'ng',
      '\0',
      'P\0',
      'b\0',
    ]);
  });

  it('is full at its bound and has room again when a frame is out', () => {
    const buffer = new SentBuffer(10);
    expect(buffer.push(encodeFrame('1234567'), false)).toBe(true);
    expect(buffer.push(encodeFrame('12'), false)).toBe(false);
    read(buffer, 4);
    expect(buffer.push(encodeFrame('12'), false)).toBe(false);
    read(buffer);
    expect(buffer.push(encodeFrame('12'), true)).toBe(true);
    buffer.clear();
    expect(buffer.push(encodeFrame('123456789'), false)).toBe(true);
  });
});
