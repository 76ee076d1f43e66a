import type { Observer } from '../run/run.ts';
import { cutName, cutStep, type PowerCut, parseCut } from './cut-point.ts';
import { type CutSeen, watchCut } from './flash-watch.ts';
import { dropName, dropStep, type FrameDrop, parseDrop } from './frame-point.ts';
import { type DropSeen, watchDrop } from './frame-watch.ts';

/** One thing more that goes wrong in a run than its file says. */
export type Mishap = { cut: PowerCut } | { drop: FrameDrop };

/** What a run showed of a mishap. */
export type MishapSeen = CutSeen & DropSeen;

/** What the flag `--cut` or `--drop` says. @throws RangeError that says what is expected */
export function parseMishap(kind: 'cut' | 'drop', text: string): Mishap {
  return kind === 'cut' ? { cut: parseCut(text) } : { drop: parseDrop(text) };
}

/** As a step of a scenario. */
export function mishapStep(mishap: Mishap): Record<string, string> {
  return 'cut' in mishap ? cutStep(mishap.cut) : dropStep(mishap.drop);
}

/** `pir-1:17:half`, or `gateway:pir-1:17`. */
export function mishapName(mishap: Mishap): string {
  return 'cut' in mishap ? cutName(mishap.cut) : dropName(mishap.drop);
}

/** As flags of `ota sim run`: `--cut pir-1:17:half`. */
export function mishapFlag(mishap: Mishap): string {
  return `--${'cut' in mishap ? 'cut' : 'drop'} ${mishapName(mishap)}`;
}

export function watchMishap(mishap: Mishap): Observer & { seen: MishapSeen } {
  return 'cut' in mishap ? watchCut(mishap.cut) : watchDrop(mishap.drop);
}

/** Whether it came to pass. */
export function struck({ flash, frame }: MishapSeen): boolean {
  return flash !== undefined || frame !== undefined;
}
