import { formatSeconds } from '../../report/duration.ts';
import type { Condition } from '../language/conditions.ts';
import type { Scenario, Step } from '../language/scenario.ts';
import { SECOND } from '../world.ts';
import type { Actions } from './actions.ts';
import type { ScenarioBench } from './bench.ts';
import type { Conditions } from './conditions.ts';

/** Something that a step did, or that was found. */
export interface LogEntry {
  /** µs. */
  time: number;
  text: string;
}

/**
 * Steps in their order. One that begins with `at` waits for its time alone; the others wait for the step before them as well.
 */
export class Timeline {
  readonly #bench: ScenarioBench;
  readonly #actions: Actions;
  readonly #conditions: Conditions;
  readonly #absolute: Step[];
  readonly #chain: Step[];
  /** By a step of the chain: the one before it in the list, where that has a time of its own. */
  readonly #follows = new Map<Step, Step>();
  readonly #repeated: { step: Step; next: number; us: number }[] = [];
  readonly #say: (entry: LogEntry) => void;
  /** When the last step of the chain was done, µs. */
  #last = 0;
  /** What the next step of the chain waits for, and what is seen instead. */
  #wait: string | undefined;

  constructor(
    scenario: Scenario,
    bench: ScenarioBench,
    { actions, conditions }: { actions: Actions; conditions: Conditions },
    say: (entry: LogEntry) => void,
  ) {
    this.#bench = bench;
    this.#actions = actions;
    this.#conditions = conditions;
    this.#say = say;
    const isAbsolute = ({ trigger }: Step) => trigger.when === 'at';
    this.#absolute = scenario.timeline.filter(isAbsolute).sort((a, b) => timeOf(a) - timeOf(b));
    this.#chain = scenario.timeline.filter((step) => !isAbsolute(step));
    scenario.timeline.forEach((step, i) => {
      const before = scenario.timeline[i - 1];
      if (before && isAbsolute(before)) this.#follows.set(step, before);
    });
  }

  /** Whether nothing is left to be done. What repeats is never left. */
  get done(): boolean {
    return this.#absolute.length === 0 && this.#chain.length === 0;
  }

  /** Steps that have not begun, as the file writes them. */
  get waiting(): string[] {
    return [...this.#absolute, ...this.#chain].map(describeStep);
  }

  /** What there is to say at the end: why no more steps came, and what those that came never did. */
  get loose(): string[] {
    const unstruck = this.#actions.unstruck.map((text) => `${text}: its moment never came`);
    return this.#wait === undefined ? unstruck : [...unstruck, this.#wait];
  }

  /** The next moment at which a step is due by the clock alone, µs. */
  get nextTime(): number {
    const [head] = this.#chain;
    const wait = head && this.#mayFollow(head) && head.trigger.when === 'after' && head.trigger.us;
    const after = typeof wait === 'number' ? this.#last + wait : Infinity;
    const repeated = this.#repeated.map(({ next }) => next);
    return Math.min(this.#absolute[0] ? timeOf(this.#absolute[0]) : Infinity, after, ...repeated);
  }

  /** Does what is due now. */
  async advance(): Promise<void> {
    const { kernel } = this.#bench.world;
    while (this.#absolute[0] && timeOf(this.#absolute[0]) <= kernel.now) {
      const step = this.#absolute.shift()!;
      // What stands behind it in the list counts from here.
      if (this.#chain[0] && this.#follows.get(this.#chain[0]) === step) this.#last = kernel.now;
      await this.#do(step);
    }
    for (;;) {
      const [head] = this.#chain;
      if (!head || !(await this.#due(head))) break;
      this.#chain.shift();
      this.#last = kernel.now;
      const { trigger } = head;
      if (trigger.when === 'every') {
        this.#repeated.push({ step: head, us: trigger.us, next: kernel.now + trigger.us });
      } else await this.#do(head);
    }
    for (const entry of this.#repeated) {
      if (entry.next > kernel.now) continue;
      entry.next += entry.us;
      await this.#do(entry.step);
    }
  }

  /** Whether the step before it in the list is done. */
  #mayFollow(step: Step): boolean {
    const before = this.#follows.get(step);
    return !before || !this.#absolute.includes(before);
  }

  async #due(step: Step): Promise<boolean> {
    const { trigger } = step;
    if (!this.#mayFollow(step)) return false;
    switch (trigger.when) {
      case 'after':
        return this.#bench.world.kernel.now >= this.#last + trigger.us;
      case 'condition':
        return this.#holds(step, trigger.condition);
      default:
        return true;
    }
  }

  async #holds(step: Step, condition: Condition): Promise<boolean> {
    const { ok, seen } = await this.#conditions.ask(condition);
    this.#wait = ok ? undefined : `${describeStep(step)}: ${seen}`;
    return ok;
  }

  async #do(step: Step): Promise<void> {
    const { kernel } = this.#bench.world;
    for (const { action, text } of step.actions) {
      const more = await this.#actions.perform(action, text);
      kernel.trace.add(kernel.now, 'world', 'step', text);
      this.#say({ time: kernel.now, text: more ? `${text} (${more})` : text });
    }
  }
}

function timeOf({ trigger }: Step): number {
  return trigger.when === 'at' ? trigger.us : Infinity;
}

function describeStep({ trigger, place }: Step): string {
  const what =
    trigger.when === 'condition'
      ? `when ${trigger.text}`
      : `${trigger.when} ${formatSeconds(trigger.us / SECOND)}`;
  return `line ${place.line}: ${what}`;
}
