import { createFaultEngine, type FaultEngine } from '../../../mock-server/faults/engine.ts';
import { isWireScript } from '../../../tools/formats/wire-script.ts';
import type { LinkTrouble } from '../../net/link-profile.ts';
import type { World } from '../world.ts';
import { ROUTER } from '../world.ts';

const ANSWER_US = 4_000;

/** What is wrong between boards and server now, and how it ends: the switches that actions and the swarm turn. */
export class Troubles {
  readonly #world: World;
  readonly #engine: FaultEngine;
  #down: number | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#engine = createFaultEngine(world.clock);
    const { fetch } = world;
    world.fetch = (request, caller) => {
      if (!this.#engine.armed) return fetch(request, caller);
      return this.#engine.exchange(request, caller, async (asked) => {
        const answer = await fetch(asked, caller);
        if (isWireScript(answer))
          throw new Error('a fault plan of the file met a server that is down');
        return answer;
      });
    };
  }

  /** The server's machine is gone: connections are reset before an answer. */
  serverDown(): void {
    if (this.#down !== undefined) return;
    const [armed] = this.#engine.arm([{ do: [{ fault: 'lose_request', end: 'rst' }] }]);
    this.#down = armed!.id;
  }

  serverSlow(latencyUs: number): void {
    this.#world.serverLatency = latencyUs;
  }

  serverUp(): void {
    if (this.#down !== undefined) this.#engine.clear(this.#down);
    this.#down = undefined;
    this.#world.serverLatency = ANSWER_US;
  }

  breakLink(a: string, b: string, oneWay: boolean): void {
    if (oneWay) this.#world.medium.trouble(a, b, { down: true });
    else this.#world.medium.cut(a, b);
  }

  strain(a: string, b: string, trouble: LinkTrouble): void {
    this.#world.medium.trouble(a, b, trouble);
    this.#world.medium.trouble(b, a, trouble);
  }

  healLink(a: string, b: string): void {
    this.#world.medium.heal(a, b);
  }

  routerDown(): void {
    this.#router.powerOff('power');
  }

  /** On `channel`, when it changes. */
  routerUp(channel = 1): void {
    const router = this.#router;
    router.powerOn();
    const { ssid, password, ip } = ROUTER;
    router.startAccessPoint({ ssid, password, channel, ip });
  }

  get #router() {
    return this.#world.medium.devices.get(ROUTER.name)!;
  }
}
