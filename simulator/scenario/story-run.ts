import type { Check, NodeProgress, StoryProgress } from './mesh-update/types.ts';
import { SECOND, type World } from './world.ts';

export interface Telling {
  /** Told of every phase, of each look at the world and of each check. */
  onProgress?: (progress: StoryProgress) => void;
  signal?: AbortSignal;
  /** Awaited at each look, so that the process can take signals and requests from outside meanwhile. */
  breathe?: () => Promise<void>;
}

/** What a story goes on by: phases, looks at the world, checks. */
export class StoryRun {
  readonly checks: Check[] = [];
  readonly #world: World;
  readonly #telling: Telling;
  readonly #nodes: () => Promise<NodeProgress[]>;
  #phase = '';

  /** @param nodes how far each node has come, asked only where somebody is told */
  constructor(
    world: World,
    telling: Telling,
    nodes: () => Promise<NodeProgress[]> = async () => [],
  ) {
    this.#world = world;
    this.#telling = telling;
    this.#nodes = nodes;
  }

  begin(phase: string): void {
    this.#phase = phase;
  }

  /** Runs until the condition holds, or for `limit` µs; looks `every` µs. @throws Error where the signal says so */
  until(
    condition: () => boolean | Promise<boolean>,
    limit: number,
    every: number,
  ): Promise<boolean> {
    const { breathe, signal, onProgress } = this.#telling;
    return this.#world.runUntil(
      async () => {
        await breathe?.();
        if (signal?.aborted) throw new Error('stopped');
        if (onProgress) this.#tell(await this.#nodes());
        return condition();
      },
      limit,
      every,
    );
  }

  check(what: string, ok: boolean, detail?: string): void {
    const check = { what, ok, ...(!ok && detail ? { detail } : {}) };
    this.checks.push(check);
    this.#tell([], check);
  }

  /** What every story's report has. */
  outcome() {
    const { kernel } = this.#world;
    return {
      ok: this.checks.every((check) => check.ok),
      checks: this.checks,
      virtualSeconds: kernel.now / SECOND,
      events: kernel.events,
      trace: kernel.trace.digest(),
    };
  }

  #tell(nodes: NodeProgress[], check?: Check): void {
    const seconds = this.#world.kernel.now / SECOND;
    this.#telling.onProgress?.({ phase: this.#phase, seconds, nodes, ...(check && { check }) });
  }
}
