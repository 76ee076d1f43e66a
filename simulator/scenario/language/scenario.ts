import type { Action } from './actions.ts';
import type { Condition } from './conditions.ts';
import type { Problem } from './problem.ts';
import type { BoardEntry, ImageEntry, ScenarioFile } from './schema.ts';

/** When a step of the timeline begins. Times are µs. */
export type Trigger =
  /** That long after the run began. */
  | { when: 'at'; us: number }
  /** That long after the step before it in the list. */
  | { when: 'after'; us: number }
  /** As soon as it holds, after the step before it in the list. */
  | { when: 'condition'; condition: Condition; text: string }
  /** Again and again from the step before it in the list, to the end of the run. */
  | { when: 'every'; us: number };

export interface Step {
  trigger: Trigger;
  actions: readonly { action: Action; text: string }[];
  place: Omit<Problem, 'message'>;
}

export interface Expectation {
  text: string;
  condition: Condition;
  /**
   * `end`: holds at the end; `by`: has held once by then; `always`: whenever asked, from the first time it held;
   * `never`: at no time.
   */
  mode: 'end' | 'by' | 'always' | 'never';
  /** For `by`, µs. */
  byUs?: number;
  place: Omit<Problem, 'message'>;
}

/** One board of the world, after groups are spelled out. */
export interface PlannedBoard {
  name: string;
  entry: BoardEntry;
  /** Of its entry, from 0. */
  number: number;
}

/** A scenario file that has been checked. */
export interface Scenario {
  /** As given; firmware paths are from its folder. */
  path: string;
  /** What was read. */
  text: string;
  file: ScenarioFile;
  boards: readonly PlannedBoard[];
  groups: ReadonlyMap<string, readonly string[]>;
  images: ReadonlyMap<string, ImageEntry | BoardEntry>;
  timeline: readonly Step[];
  expect: readonly Expectation[];
  limitUs: number;
  settleUs: number;
}
