import { watchOracles } from '../run/oracle-watch.ts';
import { type Observer, type RunOptions, runScenario, type ScenarioResult } from '../run/run.ts';
import { type BoardFlash, watchFlash } from './flash-watch.ts';
import { type SeenFrame, watchFrames } from './frame-watch.ts';

/** The run that nothing happens to but what its file says: from it all points of an enumeration come. */
export interface Reference {
  options: RunOptions;
  result: ScenarioResult;
  /** By board. */
  flash: ReadonlyMap<string, BoardFlash>;
  /** From the first offer of an image on; empty where they were not asked for. */
  frames: readonly SeenFrame[];
}

export interface ReferenceOptions extends RunOptions {
  /** Lists mesh frames, too. */
  frames?: boolean;
}

/**
 * Makes that run, with oracles.
 * @throws Error when it does not end well, or when an operation of a flash was not seen
 */
export async function runReference(given: ReferenceOptions): Promise<Reference> {
  const { frames: listed = false, observers = [], ...options } = given;
  const flash = watchFlash();
  const frames = watchFrames();
  const watching: Observer[] = listed ? [flash, frames] : [flash];
  const { suspend } = options.scenario.file;
  const result = await runScenario({
    ...options,
    observers: [...watching, watchOracles(suspend), ...observers],
  });
  if (!result.ok) {
    throw new Error(`nothing can be enumerated: the scenario fails as it is: ${why(result)}`);
  }
  for (const [name, { journal, counted }] of flash.boards) {
    const missed = counted() - journal.entries.length;
    if (missed !== 0) throw new Error(`${missed} flash operations of ${name} were not seen`);
  }
  return { options, result, flash: flash.boards, frames: frames.frames };
}

/** Boards that started another image than their first one: an update is about them. All, where none did. */
export function boardsOfInterest({ flash }: Reference): string[] {
  const all = [...flash.keys()];
  const updated = all.filter((name) => flash.get(name)!.started.size > 1);
  return updated.length > 0 ? updated : all;
}

function why({ findings, verdicts, waiting }: ScenarioResult): string {
  const [finding] = findings;
  const verdict = verdicts.find(({ ok }) => !ok);
  if (finding) return `${finding.oracle}: ${finding.message}`;
  return verdict ? `${verdict.text}: ${verdict.seen}` : `it never came to ${waiting[0]}`;
}
