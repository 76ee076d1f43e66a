import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import type { ScenarioBench } from '../bench.ts';
import type { Troubles } from '../troubles.ts';

/** What actions work on. */
export class ActionContext {
  readonly bench: ScenarioBench;
  readonly troubles: Troubles;
  /** What still goes on, by what ends it. */
  readonly #open = new Set<() => void>();
  /** What waits for its moment, by whether that came. */
  readonly #armed: { text: string; struck: () => boolean }[] = [];
  /** The step that is being done, as the file writes it. */
  #doing = '';

  constructor(bench: ScenarioBench, troubles: Troubles) {
    this.bench = bench;
    this.troubles = troubles;
  }

  get world() {
    return this.bench.world;
  }

  board(name: string): VirtualBoard {
    return this.world.board(name);
  }

  boards(names: readonly string[]): VirtualBoard[] {
    return names.map((name) => this.board(name));
  }

  /** Undoes something, once: after that time, or when everything is healed, whichever comes first. */
  later(us: number | undefined, undo: () => void): void {
    const once = () => {
      if (this.#open.delete(once)) undo();
    };
    this.#open.add(once);
    if (us !== undefined) this.world.kernel.after(us, once);
  }

  /** Undoes whatever still goes on, in the order in which it began. */
  healEverything(): void {
    for (const undo of [...this.#open]) undo();
  }

  /** What follows is done for this sentence. */
  begin(text: string): void {
    this.#doing = text;
  }

  /** What the step began strikes at a moment of its own; `struck` says whether it has. */
  arm(struck: () => boolean): void {
    this.#armed.push({ text: this.#doing, struck });
  }

  /** Steps that were done and whose moment never came. */
  get unstruck(): string[] {
    return this.#armed.flatMap(({ text, struck }) => (struck() ? [] : [text]));
  }

  /** The server's number of the update that was ordered for an image. @throws Error when none was */
  order(image: string): number {
    const id = this.bench.orders.get(image);
    if (id === undefined) throw new Error(`${image} was not published before`);
    return id;
  }
}

/** Carries out each action of a kind, now, or when its promise ends; a string that it answers is said of it in the log. */
export type Deeds<A extends { do: string }> = {
  [D in A['do']]: (action: Extract<A, { do: D }>, context: ActionContext) => unknown;
};
