import type { Scenario } from '../language/scenario.ts';
import { withSwarm } from '../swarm/unroll.ts';
import { SECOND } from '../world.ts';
import { Actions } from './actions.ts';
import { type BenchOptions, type ScenarioBench, scenarioBench } from './bench.ts';
import { Conditions } from './conditions.ts';
import { Expectations, type Verdict } from './expectations.ts';
import { type LogEntry, Timeline } from './timeline.ts';
import { Troubles } from './troubles.ts';
import { wire } from './wiring.ts';

/** How often conditions are asked, µs of virtual time. */
const ASK_EVERY = SECOND / 4;

/** Watches a run beside the expectations: oracles, reports, a live view. */
export interface Observer {
  /** Before anything is switched on. */
  begin?(bench: ScenarioBench): void;
  /** Each time conditions are asked; rejecting stops the run. */
  tick?(): void | Promise<void>;
  /** A step was done, or a board did what the log shows. */
  log?(entry: LogEntry): void;
  /** After the last event; sentences on what must not have been. */
  end?(): Finding[] | Promise<Finding[]>;
}

/** What an oracle found. */
export interface Finding {
  oracle: string;
  /** µs. */
  time: number;
  message: string;
}

export interface ScenarioResult {
  name: string;
  path: string;
  seed: string;
  ok: boolean;
  verdicts: Verdict[];
  findings: Finding[];
  /** Steps that never began. */
  waiting: string[];
  log: LogEntry[];
  boards: BoardResult[];
  virtualSeconds: number;
  events: number;
  trace: string;
}

export interface BoardResult {
  name: string;
  nodeId: number;
  state: string;
  /** Starts after the first. */
  resets: number;
}

export interface RunOptions extends BenchOptions {
  observers?: readonly Observer[];
}

/** Runs a scenario to its verdict. Nothing of the real world is touched; the same options give the same trace. */
export async function runScenario(given: RunOptions): Promise<ScenarioResult> {
  const options = { ...given, scenario: withSwarm(given.scenario, given.images, given.seed) };
  const bench = await scenarioBench(options);
  try {
    return await new ScenarioRun(bench, options).run();
  } finally {
    await bench.close();
  }
}

class ScenarioRun {
  readonly #bench: ScenarioBench;
  readonly #scenario: Scenario;
  readonly #observers: readonly Observer[];
  readonly #log: LogEntry[] = [];
  readonly #timeline: Timeline;
  readonly #expectations: Expectations;

  constructor(bench: ScenarioBench, { scenario, observers = [] }: RunOptions) {
    this.#bench = bench;
    this.#scenario = scenario;
    this.#observers = observers;
    const conditions = new Conditions(bench);
    const actions = new Actions(bench, new Troubles(bench));
    this.#expectations = new Expectations(scenario, conditions);
    this.#timeline = new Timeline(scenario, bench, { actions, conditions }, (entry) =>
      this.#say(entry),
    );
  }

  async run(): Promise<ScenarioResult> {
    for (const observer of this.#observers) observer.begin?.(this.#bench);
    this.#switchOn();
    await this.#live();
    // A swarm arms more than can strike.
    if (!this.#scenario.file.swarm) {
      for (const text of this.#timeline.loose)
        this.#say({ time: this.#bench.world.kernel.now, text });
    }
    const findings = [];
    for (const observer of this.#observers) findings.push(...((await observer.end?.()) ?? []));
    return this.#result(findings);
  }

  #switchOn(): void {
    const { world } = this.#bench;
    const draw = world.kernel.random('power-on');
    for (const { name, entry } of this.#scenario.boards) {
      const board = world.board(name);
      wire(this.#bench, board, entry);
      if (entry.off) continue;
      const delay = (board.index + draw()) * ASK_EVERY;
      world.kernel.after(delay, () => board.powerOn(), { board: board.index });
    }
  }

  /** Until everything holds and went on to hold for as long as it must, something is broken for good, or the limit. */
  async #live(): Promise<void> {
    const { kernel } = this.#bench.world;
    const { limitUs, settleUs } = this.#scenario;
    let heldSince: number | undefined;
    while (kernel.now < limitUs) {
      await this.#timeline.advance();
      const atEnd = this.#timeline.done;
      await this.#expectations.ask(kernel.now, atEnd);
      for (const observer of this.#observers) await observer.tick?.();
      if (this.#expectations.hopeless) return;
      if (!atEnd || !this.#expectations.allHold) heldSince = undefined;
      else heldSince ??= kernel.now;
      if (heldSince !== undefined && kernel.now - heldSince >= settleUs) return;
      const next = Math.min(kernel.now + ASK_EVERY, this.#timeline.nextTime, limitUs);
      await kernel.runUntil(Math.max(next, kernel.now + 1));
    }
    await this.#expectations.ask(kernel.now, true);
  }

  #say(entry: LogEntry): void {
    this.#log.push(entry);
    for (const observer of this.#observers) observer.log?.(entry);
  }

  #result(findings: Finding[]): ScenarioResult {
    const { world } = this.#bench;
    const { verdicts } = this.#expectations;
    const { waiting } = this.#timeline;
    const ok = verdicts.every((verdict) => verdict.ok) && findings.length === 0;
    return {
      name: this.#scenario.file.name,
      path: this.#scenario.path,
      seed: world.kernel.seed,
      ok: ok && waiting.length === 0,
      verdicts,
      findings,
      waiting,
      log: this.#log,
      boards: [...world.boards.values()].map((board) => ({
        name: board.name,
        nodeId: board.nodeId,
        state: board.state,
        resets: Math.max(0, board.resets.length - 1),
      })),
      virtualSeconds: world.kernel.now / SECOND,
      events: world.kernel.events,
      trace: world.kernel.trace.digest(),
    };
  }
}
