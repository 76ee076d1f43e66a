import { describe, expect, it } from 'vitest';
import { MeshFrame } from './mesh-frame.ts';
import { isOtaFrame, type OtaFrames, type OtaTrouble, troubleOta } from './ota-frames.ts';

const MD5 = 'a'.repeat(32);
const PIR = { name: 'pir', nodeId: 7 };
const PART: OtaFrames = { kind: 'part', md5: MD5, part: 3, board: PIR };
const encoder = new TextEncoder();

/** A frame as it arrives at `to`; fields as painlessMesh writes them. */
function frame(fields: Record<string, unknown>, to = 'pir', from = 'gateway'): MeshFrame {
  const bytes = encoder.encode(`${JSON.stringify(fields)}\0`);
  return new MeshFrame({ from, to, index: 1, number: 1, time: 0, bytes });
}
const part = (over: Record<string, unknown> = {}, to?: string) =>
  frame(
    { from: 1, routing: 1, type: 12, md5: MD5, dest: 7, partNo: 3, data: 'QUJDREVGR0g=', ...over },
    to,
  );

describe('which frames are meant', () => {
  it.each([
    ['the part, at its board', part(), true],
    ['on its way through another board', part({}, 'other'), false],
    ['another part', part({ partNo: 4 }), false],
    ['of another image', part({ md5: 'b'.repeat(32) }), false],
    ['for a board behind this one', part({ dest: 8 }), false],
    ['a request that carries the same fields', part({ type: 11 }), false],
  ])('%s: %s', (_, one, meant) => {
    expect(isOtaFrame(one, PART)).toBe(meant);
  });

  it('announces for this board, and for all', () => {
    const announces: OtaFrames = { kind: 'announce', md5: MD5, board: PIR };
    const announce = { from: 1, type: 10, md5: MD5 };
    expect(isOtaFrame(frame({ ...announce, routing: 1, dest: 7 }), announces)).toBe(true);
    expect(isOtaFrame(frame({ ...announce, routing: 1, dest: 8 }), announces)).toBe(false);
    expect(isOtaFrame(frame({ ...announce, routing: 2 }), announces)).toBe(true);
  });

  it('requests, where their board gives them to its neighbour', () => {
    const requests: OtaFrames = { kind: 'request', md5: MD5, part: 3, board: PIR };
    const request = { from: 7, routing: 1, type: 11, md5: MD5, dest: 1, partNo: 3 };
    expect(isOtaFrame(frame(request, 'gateway', 'pir'), requests)).toBe(true);
    expect(isOtaFrame(frame({ ...request, from: 8 }, 'gateway', 'pir'), requests)).toBe(false);
    expect(isOtaFrame(frame(request, 'gateway', 'other'), requests)).toBe(false);
  });
});

describe('what becomes of them', () => {
  const fate = (trouble: OtaTrouble, one = part()) => troubleOta(PART, trouble)(one);
  const replaced = (trouble: OtaTrouble) => {
    const found = fate(trouble);
    return found?.do === 'replace' ? found.bytes : new Uint8Array(0);
  };

  it('others are left alone', () => {
    expect(fate('drop', part({ partNo: 4 }))).toBeUndefined();
  });

  it('a corrupted one is valid in every way, and one byte of the image is another', () => {
    const bytes = replaced('corrupt');
    const { data, ...rest } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, -1)));
    const { data: right, ...same } = part().fields as { data: string };
    expect(rest).toEqual(same);
    const [got, wanted] = [data, right].map((text: string) => [...atob(text)]);
    expect(got).toHaveLength(wanted!.length);
    expect(got!.filter((byte, i) => byte !== wanted![i])).toHaveLength(1);
    expect([bytes.length, bytes.at(-1)]).toEqual([part().bytes.length, 0]);
  });

  it('a garbled one is no JSON, and ends as frames do', () => {
    const bytes = replaced('garble');
    expect(bytes.indexOf(0)).toBe(bytes.length - 1);
    expect(() => JSON.parse(new TextDecoder().decode(bytes.subarray(0, -1)))).toThrow(SyntaxError);
  });

  it('one out of its turn waits for the part after it, not for itself sent again', () => {
    const held = fate('reorder');
    expect(held?.do).toBe('hold');
    const behind = held?.do === 'hold' ? held.behind : () => undefined;
    expect([behind(part()), behind(part({ partNo: 4 }))]).toEqual([false, true]);
  });

  it.each([
    ['drop', { do: 'drop' }],
    ['duplicate', { do: 'repeat', times: 2 }],
    [{ delay: 5 }, { do: 'delay', us: 5 }],
  ] as [OtaTrouble, object][])('%o', (trouble, expected) => {
    expect(fate(trouble)).toEqual(expected);
  });
});
