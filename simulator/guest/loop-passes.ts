import type { Comparisons } from './comparisons.ts';
import { COST_US, type Cpu } from './cpu.ts';
import { LoopPace } from './loop-pace.ts';

/** So many passes may follow at once on one that did something; then loop() pauses a little. */
const FOLLOWERS = 2;

/** The passes of a loop(): what each did and saw, how many follow each other at once, and how long the next one waits. */
export class LoopPasses {
  /** Something happened in this pass that may lead to more at once. */
  worked = false;
  readonly #cpu: Cpu;
  readonly #comparisons: Comparisons | undefined;
  readonly #pace = new LoopPace();
  /** Levels that pins had before they changed while loop() paused. */
  readonly #before = new Map<number, number>();
  #lookAgain = false;
  /** Something came in since the last pass. */
  #disturbed = false;
  #followers = 0;
  /** The last pass of all that followed each other did something too, as each of some sketches does. */
  #restless = false;

  /** `comparisons`: where the firmware writes down what it compares. */
  constructor(cpu: Cpu, comparisons: Comparisons | undefined) {
    this.#cpu = cpu;
    this.#comparisons = comparisons;
  }

  /** Something comes in: a pause would be over. */
  disturbed(): void {
    this.#pace.disturbed();
    this.#disturbed = true;
  }

  /** A pin leaves `level` while loop() pauses. */
  pinLeft(pin: number, level: number): void {
    if (!this.#before.has(pin)) this.#before.set(pin, level);
  }

  /** What a pass is to see of a pin at its first look, where that is not what is; another pass then sees at once what is. */
  levelBefore(pin: number): number | undefined {
    const level = this.#before.get(pin);
    if (level !== undefined) this.#lookAgain = this.#before.delete(pin);
    return level;
  }

  /** A pass begins after a pause. */
  begin(): void {
    this.#followers = 0;
    this.#beginPass();
  }

  /** Whether the next pass may begin at once: when this one did something, and not in a loop() that always does. */
  get mayFollow(): boolean {
    return this.worked && !this.#restless && this.#followers < FOLLOWERS;
  }

  /** The next pass begins at once. */
  follow(): void {
    this.#followers++;
    this.#endPass(0);
    this.#beginPass();
  }

  /** The last pass before a pause, of so many basic blocks, has ended; answers how long that is to be, µs. */
  end(blocks: number): number {
    this.#restless = this.worked;
    if (!this.#lookAgain) return this.#endPass(blocks);
    this.#before.clear();
    return 0;
  }

  #beginPass(): void {
    this.worked = this.#lookAgain = false;
    this.#cpu.spend(COST_US.loopPass);
    this.#comparisons?.watch(!this.#disturbed);
  }

  #endPass(blocks: number): number {
    const { worked } = this;
    const at = this.#cpu.sinceBoot;
    this.#before.clear();
    const idle = !worked && !this.#disturbed;
    this.#disturbed = false;
    const compared = idle ? this.#comparisons?.take(at, blocks) : undefined;
    return this.#pace.next({ worked, at, compared });
  }
}
