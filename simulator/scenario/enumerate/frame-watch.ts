import { createHash } from 'node:crypto';
import type { MeshFrame } from '../../faults/mesh-frame.ts';
import { TYPE } from '../../mesh/protocol.ts';
import type { Observer } from '../run/run.ts';
import type { FrameDrop } from './frame-point.ts';

/** A frame that arrived in a run. */
export interface SeenFrame extends FrameDrop {
  /** µs. */
  time: number;
  /** painlessMesh's package type. */
  type: number;
  /** Of its bytes, SHA-256. */
  digest: string;
  /** What it is, for people. */
  what: string;
}

const NAMES: Readonly<Record<number, string>> = {
  [TYPE.TIME_SYNC]: 'clock message',
  [TYPE.NODE_SYNC_REQUEST]: 'request for nodes',
  [TYPE.NODE_SYNC_REPLY]: 'answer with nodes',
  [TYPE.BROADCAST]: 'broadcast message',
  [TYPE.SINGLE]: 'single message',
  [TYPE.OTA_ANNOUNCE]: 'announce',
  [TYPE.OTA_DATA_REQUEST]: 'request for part',
  [TYPE.OTA_DATA]: 'data of part',
};

/**
 * Lists frames from the first offer of an image on. While somebody lists them, frames are handed over whole, which may change the time
 * that boards spend by some µs: it listens in the run that a loss is compared with, and in the run with the loss.
 */
export function watchFrames(): Observer & { frames: readonly SeenFrame[] } {
  const frames: SeenFrame[] = [];
  return {
    frames,
    begin({ world }) {
      world.frames.add((frame) => {
        if (frames.length > 0 || frame.fields.type === TYPE.OTA_ANNOUNCE)
          frames.push(listed(frame));
        return undefined;
      });
    },
  };
}

/** What a run showed of a frame that it was to lose. */
export interface DropSeen {
  /** Digest of the frame; undefined when it never came. */
  frame?: string;
}

/** Looks at a frame when it comes. */
export function watchDrop({ from, to, number }: FrameDrop): Observer & { seen: DropSeen } {
  const seen: DropSeen = {};
  return {
    seen,
    begin({ world }) {
      const forget = world.frames.add((frame) => {
        if (frame.from === from && frame.to === to && frame.number === number) {
          seen.frame = digestOf(frame);
          // As the rule that drops it: with one more rule the rest of the run would be another.
          forget();
        }
        return undefined;
      });
    },
  };
}

function listed(frame: MeshFrame): SeenFrame {
  const { from, to, number, time, fields } = frame;
  const type = Number(fields.type);
  const ofPart = type === TYPE.OTA_DATA_REQUEST || type === TYPE.OTA_DATA;
  const what = `${NAMES[type] ?? `type ${type}`}${ofPart ? ` ${fields.partNo}` : ''}`;
  return { from, to, number, time, type, what, digest: digestOf(frame) };
}

function digestOf({ bytes }: MeshFrame): string {
  return createHash('sha256').update(bytes).digest('hex');
}
