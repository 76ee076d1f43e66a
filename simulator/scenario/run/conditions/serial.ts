import type { SerialLine } from '../../../board/uart.ts';
import type { Condition } from '../../language/conditions.ts';
import type { ScenarioBench } from '../bench.ts';
import { eachBoard, type Outcome } from './outcome.ts';

type SerialCondition = Extract<Condition, { is: 'serial' }>;

/** Reads what boards print, for the conditions of a scenario: from their first line on, as a board keeps no more than its last. */
export class SerialSearches {
  readonly #bench: ScenarioBench;
  /** By board and pattern: the first line that matched. */
  readonly #found = new Map<string, string | undefined>();

  constructor(bench: ScenarioBench) {
    this.#bench = bench;
    const { timeline, expect } = bench.scenario;
    for (const { trigger } of timeline) {
      if (trigger.when === 'condition') this.#listen(trigger.condition);
    }
    for (const { condition } of expect) this.#listen(condition);
  }

  ask({ boards, pattern, negated }: SerialCondition): Outcome {
    return eachBoard(this.#bench, boards, ({ name }) => {
      const found = this.#found.get(keyOf(name, pattern));
      if (negated) return found === undefined ? '' : `printed "${found}"`;
      return found === undefined ? 'printed no such line' : '';
    });
  }

  #listen(condition: Condition): void {
    if (condition.is !== 'serial') return;
    for (const name of condition.boards) {
      const key = keyOf(name, condition.pattern);
      if (this.#found.has(key)) continue;
      this.#found.set(key, undefined);
      const { hooks } = this.#bench.world.board(name).uart;
      const before = hooks.line;
      hooks.line = (line: SerialLine) => {
        before?.(line);
        if (this.#found.get(key) === undefined && condition.pattern.test(line.text)) {
          this.#found.set(key, line.text);
        }
      };
    }
  }
}

function keyOf(board: string, pattern: RegExp): string {
  return `${board} ${pattern}`;
}
