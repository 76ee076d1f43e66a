import type { CutPhase } from '../../board/nor-flash.ts';
import { bootedFrom } from './boot-check.ts';
import { cutName, type PowerCut } from './cut-point.ts';
import { flashDigest } from './flash-digest.ts';
import type { BoardFlash, CutSeen, PlacedEntry } from './flash-watch.ts';
import { cutState } from './journal.ts';

/** One cut that is to be tried, and what the journal says must come of it. */
export interface PlannedCut {
  cut: PowerCut;
  /** What the operation is, for people. */
  what: string;
  /** Digest of the flash that the cut leaves. */
  flash: string;
  /** MD5 of the image that the bootloader starts from it; undefined when it starts none. */
  boots: string | undefined;
}

export interface CutChoice {
  boards: readonly string[];
  phases: readonly CutPhase[];
  /** How long the power stays away, µs. */
  offUs: number;
}

/** Every operation of these boards in each phase, in the order of the run. The flash of each is made anew, and a bootloader started on it. */
export function* planCuts(
  watched: ReadonlyMap<string, BoardFlash>,
  { boards, phases, offUs }: CutChoice,
): Generator<PlannedCut> {
  for (const board of boards) {
    const { journal, chip } = watched.get(board)!;
    for (const [i, entry] of journal.entries.entries()) {
      for (const phase of phases) {
        const flash = cutState(journal.size, entry, phase);
        const digest = flashDigest(flash);
        const cut = { board, operation: i + 1, phase, offUs };
        yield { cut, what: whatOf(entry), flash: digest, boots: bootedFrom(flash, chip) };
      }
    }
  }
}

/** What the journal alone says against a cut: nothing boots, or something that nobody made. `images`: names by MD5. */
export function plannedFault(
  { boots }: PlannedCut,
  images: ReadonlyMap<string, string>,
): string | undefined {
  if (boots === undefined) return 'the bootloader finds nothing to start';
  if (!images.has(boots))
    return `the bootloader starts ${boots}, which is no image of the scenario`;
  return undefined;
}

/** Where a whole run went another way than the journal says, or never came to the cut. */
export function runFault(
  { flash, boots }: PlannedCut,
  seen: CutSeen | undefined,
): string | undefined {
  if (seen?.flash === undefined) return 'the run never came to this operation';
  if (seen.flash !== flash) return 'the run leaves other bytes in flash than its journal says';
  if (seen.booted !== boots) {
    return `the board starts ${seen.booted ?? 'nothing'}, and the journal says ${boots ?? 'nothing'}`;
  }
  return undefined;
}

/** `pir:17:half, program of 4096 bytes at 0x150000 in app1`. */
export function describeCut({ cut, what }: PlannedCut): string {
  return `${cutName(cut)}, ${what}`;
}

function whatOf({ kind, length, offset, label }: PlacedEntry): string {
  return `${kind} of ${length} bytes at 0x${offset.toString(16)}${label && ` in ${label}`}`;
}
