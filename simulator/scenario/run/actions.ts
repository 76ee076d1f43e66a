import type { Action } from '../language/actions.ts';
import type { ScenarioBench } from './bench.ts';
import { cutAtFlash, flipBit } from './damage.ts';
import { publish } from './publish.ts';
import type { Troubles } from './troubles.ts';

/** Carries out what steps say. */
export class Actions {
  readonly #bench: ScenarioBench;
  readonly #troubles: Troubles;

  constructor(bench: ScenarioBench, troubles: Troubles) {
    this.#bench = bench;
    this.#troubles = troubles;
  }

  /** Does it, now; answers what else there is to say of it. */
  async perform(action: Action): Promise<string> {
    const { world } = this.#bench;
    switch (action.do) {
      case 'power-on':
        for (const board of this.#boards(action)) board.powerOn();
        return '';
      case 'cut-power': {
        for (const board of this.#boards(action)) board.cutPower();
        this.#later(action.forUs, () => {
          for (const board of this.#boards(action)) board.powerOn();
        });
        return '';
      }
      case 'cut-at-flash':
        cutAtFlash(world.board(action.board), action, action.phase);
        return '';
      case 'press-reset':
        for (const board of this.#boards(action)) board.pressReset();
        return '';
      case 'publish':
        return publish(this.#bench, action);
      case 'cancel':
        return this.#cancel(action.image);
      case 'mark-stable':
        return this.#markStable(action.image);
      case 'drive-pin':
        world.board(action.board).gpio.drive(action.pin, action.level);
        return '';
      case 'serial-input':
        world.board(action.board).uart.receive(new TextEncoder().encode(`${action.text}\n`));
        return '';
      case 'flip-bit':
        flipBit(world.board(action.board), action.slot, action.offset);
        return '';
      case 'replace-firmware':
        this.#bench.replaceFirmware(action.board, action.image);
        return '';
      case 'note':
        return '';
      default:
        this.#trouble(action);
        return '';
    }
  }

  #trouble(action: Action): void {
    const troubles = this.#troubles;
    switch (action.do) {
      case 'break-link':
        troubles.breakLink(action.a, action.b, action.oneWay);
        return this.#later(action.forUs, () => troubles.healLink(action.a, action.b));
      case 'heal-link':
        return troubles.healLink(action.a, action.b);
      case 'lossy-link':
        troubles.strain(action.a, action.b, { loss: action.loss });
        return this.#later(action.forUs, () => troubles.healLink(action.a, action.b));
      case 'slow-link':
        troubles.strain(action.a, action.b, { latency: action.latencyUs });
        return this.#later(action.forUs, () => troubles.healLink(action.a, action.b));
      case 'server-down':
        troubles.serverDown();
        return this.#later(action.forUs, () => troubles.serverUp());
      case 'server-slow':
        troubles.serverSlow(action.latencyUs);
        return this.#later(action.forUs, () => troubles.serverUp());
      case 'server-up':
        return troubles.serverUp();
      case 'router-down':
        troubles.routerDown();
        return this.#later(action.forUs, () => troubles.routerUp());
      case 'router-up':
        return troubles.routerUp();
      case 'router-channel':
        troubles.routerDown();
        return troubles.routerUp(action.channel);
    }
  }

  async #cancel(image: string): Promise<string> {
    const id = this.#order(image);
    const { status } = await this.#bench.mesh.cancelUpdate(id, { abort: true });
    return `update ${id} is ${status}`;
  }

  async #markStable(image: string): Promise<string> {
    const id = this.#order(image);
    await this.#bench.devices.updateFirmware(id, { is_stable: true });
    return `firmware ${id} is stable`;
  }

  #order(image: string): number {
    const id = this.#bench.orders.get(image);
    if (id === undefined) throw new Error(`${image} was not published before`);
    return id;
  }

  #boards({ boards }: { boards: readonly string[] }) {
    return boards.map((name) => this.#bench.world.board(name));
  }

  #later(us: number | undefined, undo: () => void): void {
    if (us !== undefined) this.#bench.world.kernel.after(us, undo);
  }
}
