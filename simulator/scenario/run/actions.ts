import type { Action } from '../language/actions.ts';
import { AIR } from './actions/air.ts';
import { BOARD } from './actions/board.ts';
import { ActionContext, type Deeds } from './actions/context.ts';
import { EVERYTHING } from './actions/everything.ts';
import { FIRMWARE } from './actions/firmware.ts';
import { FLASH } from './actions/flash.ts';
import { MESH } from './actions/mesh.ts';
import { POWER } from './actions/power.ts';
import { RELEASE } from './actions/release.ts';
import { SENSOR } from './actions/sensor.ts';
import { SERVER } from './actions/server.ts';
import { TRUST } from './actions/trust.ts';
import type { ScenarioBench } from './bench.ts';
import type { Troubles } from './troubles.ts';

const DEEDS: Deeds<Action> = {
  ...POWER,
  ...FLASH,
  ...FIRMWARE,
  ...BOARD,
  ...SENSOR,
  ...RELEASE,
  ...AIR,
  ...MESH,
  ...SERVER,
  ...TRUST,
  ...EVERYTHING,
};

/** Carries out what steps say. */
export class Actions {
  readonly #context: ActionContext;

  constructor(bench: ScenarioBench, troubles: Troubles) {
    this.#context = new ActionContext(bench, troubles);
  }

  /** Does it, now, for that sentence; answers what else there is to say of it. */
  async perform(action: Action, text: string): Promise<string> {
    this.#context.begin(text);
    const deed = DEEDS[action.do] as (action: Action, context: ActionContext) => unknown;
    const said = await deed(action, this.#context);
    return typeof said === 'string' ? said : '';
  }

  /** Sentences that were carried out, and struck nothing. */
  get unstruck(): string[] {
    return this.#context.unstruck;
  }
}
