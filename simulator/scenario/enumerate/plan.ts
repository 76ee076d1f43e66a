import type { CutPhase } from '../../board/nor-flash.ts';
import { createRandomness } from '../../kernel/prng.ts';
import { md5Hex } from '../mesh-update/observe.ts';
import { bootedFrom } from './boot-check.ts';
import { flashDigest } from './flash-digest.ts';
import type { PlacedEntry } from './flash-watch.ts';
import { cutState } from './journal.ts';
import { type Mishap, type MishapSeen, mishapName } from './mishap.ts';
import type { Reference } from './reference.ts';

/** One point of an enumeration: what goes wrong there, and what the run without it says must be seen of it. */
export interface PlannedPoint {
  mishap: Mishap;
  /** What is hit, for people. */
  what: string;
  expected: MishapSeen;
  /** What is wrong already by the journal alone. */
  fault?: string;
}

export interface CutChoice {
  boards: readonly string[];
  phases: readonly CutPhase[];
  /** Only operations in partitions with these labels. */
  labels?: readonly string[];
  /** How long the power stays away, µs. */
  offUs: number;
}

/**
 * Every operation of these boards' flash in each phase, in the order of the run. The flash that each leaves is made anew from the
 * journal, and a bootloader started on it: it must start an image of the scenario, whole.
 */
export function* planCuts(
  { flash, options: { images, seed } }: Reference,
  { boards, phases, labels, offUs }: CutChoice,
): Generator<PlannedPoint> {
  const known = new Set([...images.values()].map(md5Hex));
  for (const board of boards) {
    const { journal, chip } = flash.get(board)!;
    for (const [i, entry] of journal.entries.entries()) {
      if (labels && !labels.includes(entry.label)) continue;
      for (const phase of phases) {
        const chance = createRandomness(seed)(`flash:${board}`);
        const left = cutState(journal.size, entry, phase, chance);
        const expected: MishapSeen = { flash: flashDigest(left), booted: bootedFrom(left, chip) };
        const { booted } = expected;
        const fault =
          booted === undefined
            ? 'the bootloader finds nothing to start'
            : known.has(booted)
              ? undefined
              : `the bootloader starts ${booted}, which is no image of the scenario`;
        const cut = { board, operation: i + 1, phase, offUs };
        yield { mishap: { cut }, what: whatOf(entry), expected, fault };
      }
    }
  }
}

/** Each mesh frame once, in the order in which they arrived; only those that went that way, where it is named. */
export function planDrops(
  { frames }: Reference,
  way: { from?: string; to?: string },
): PlannedPoint[] {
  return frames
    .filter(({ from, to }) => from === (way.from ?? from) && to === (way.to ?? to))
    .map(({ from, to, number, what, digest }) => ({
      mishap: { drop: { from, to, number } },
      what,
      expected: { frame: digest },
    }));
}

/** Where a run went another way than the one without the mishap before it came, or never came to it. */
export function strayed(
  { expected }: PlannedPoint,
  seen: MishapSeen | undefined,
): string | undefined {
  if (expected.frame !== undefined) {
    if (seen?.frame === undefined) return 'the run never came to this frame';
    return seen.frame === expected.frame ? undefined : 'the frame has other bytes in this run';
  }
  if (seen?.flash === undefined) return 'the run never came to this operation';
  if (seen.flash !== expected.flash) return 'the run leaves other bytes in flash than the journal';
  if (seen.booted === expected.booted) return undefined;
  const name = (md5: string | undefined) => md5 ?? 'nothing';
  return `the board starts ${name(seen.booted)}; from the journal's flash a bootloader starts ${name(expected.booted)}`;
}

/** `pir:17:half: program of 4096 bytes at 0x150000 in app1`. */
export function describePoint({ mishap, what }: PlannedPoint): string {
  return `${mishapName(mishap)}: ${what}`;
}

function whatOf({ kind, length, offset, label }: PlacedEntry): string {
  return `${kind} of ${length} bytes at 0x${offset.toString(16)}${label && ` in ${label}`}`;
}
