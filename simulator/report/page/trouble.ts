import type { BoardStory, Mark, RunStory } from '../story.ts';

const TROUBLES = new Set<Mark['kind']>(['crash', 'power', 'rolled-back']);
/** Being named by what failed counts for more than anything that befell a board. */
const NAMED = 1000;

/** How much there is to see of a board: 0 where nothing befell it. */
export function troubleOf({ result }: RunStory): (board: BoardStory) => number {
  const told = [
    ...result.verdicts.filter(({ ok }) => !ok).map(({ seen }) => seen),
    ...result.findings.map(({ message }) => message),
  ].join(' ');
  const words = new Set(told.split(/[^\w.-]+/));
  return ({ name, marks }) =>
    (words.has(name) ? NAMED : 0) + marks.filter(({ kind }) => TROUBLES.has(kind)).length;
}

/** Boards, those first that what failed names, then those that something befell. */
export function byTrouble(story: RunStory): BoardStory[] {
  const trouble = troubleOf(story);
  return story.boards.toSorted((a, b) => trouble(b) - trouble(a));
}
