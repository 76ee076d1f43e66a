import type { Fate, FrameRule } from './frame-tap.ts';
import type { MeshFrame } from './mesh-frame.ts';

/** painlessMesh's OTA packages. */
export const OTA_TYPE = { announce: 10, request: 11, part: 12 } as const;
export type OtaKind = keyof typeof OTA_TYPE;

/** Which OTA frames are meant, where they reach or leave a board. */
export interface OtaFrames {
  kind: OtaKind;
  /** Of the image. */
  md5: string;
  /** painlessMesh's partNo, from 0; any where none is given. */
  part?: number;
  /** Announces and parts: the board that they are for, at its own radio. Requests: the board that asks, at its first hop. */
  board: { name: string; nodeId: number };
}

/** What may be wrong with such a frame. */
export type OtaTrouble =
  | 'drop'
  | 'corrupt'
  | 'garble'
  | 'duplicate'
  | 'reorder'
  | { delay: number };

/** Whether it is one of those. */
export function isOtaFrame(frame: MeshFrame, { kind, md5, part, board }: OtaFrames): boolean {
  const asks = kind === 'request';
  if ((asks ? frame.from : frame.to) !== board.name) return false;
  if (!frame.text.includes(`"type":${OTA_TYPE[kind]},`)) return false;
  const { from, dest, md5: named, partNo, routing } = frame.fields;
  if (named !== md5 || (part !== undefined && partNo !== part)) return false;
  // An announce may be for everybody.
  return (asks ? from : routing === 2 ? board.nodeId : dest) === board.nodeId;
}

/** Those frames suffer it. */
export function troubleOta(which: OtaFrames, trouble: OtaTrouble): FrameRule {
  return (frame) => (isOtaFrame(frame, which) ? fateOf(frame, which, trouble) : undefined);
}

function fateOf(frame: MeshFrame, which: OtaFrames, trouble: OtaTrouble): Fate {
  switch (trouble) {
    case 'drop':
      return { do: 'drop' };
    case 'corrupt':
      return { do: 'replace', bytes: corrupted(frame) };
    case 'garble':
      return { do: 'replace', bytes: garbled(frame.bytes) };
    case 'duplicate':
      return { do: 'repeat', times: 2 };
    case 'reorder':
      return { do: 'hold', behind: (later) => follows(later, frame, which) };
    default:
      return { do: 'delay', us: trouble.delay };
  }
}

/** The next frame of that kind, not the same one sent again: a receiver asks for one part at a time. */
function follows(later: MeshFrame, frame: MeshFrame, which: OtaFrames): boolean {
  return (
    isOtaFrame(later, { ...which, part: undefined }) && later.fields.partNo !== frame.fields.partNo
  );
}

/** The same frame with one byte in the middle of its data changed: valid JSON, valid base64. */
function corrupted(frame: MeshFrame): Uint8Array {
  const bytes = frame.bytes.slice();
  const begin = frame.text.indexOf('"data":"') + '"data":"'.length;
  const end = frame.text.indexOf('"', begin);
  // The first digit of four belongs to one byte alone.
  const middle = begin + (((end - begin) >> 1) & ~3);
  bytes[middle] = bytes[middle] === A ? B : A;
  return bytes;
}

const [A, B] = [0x41, 0x42];

/** Its first half alone: no JSON any more. */
function garbled(bytes: Uint8Array): Uint8Array {
  const half = bytes.slice(0, (bytes.length >> 1) + 1);
  half[half.length - 1] = 0;
  return half;
}
