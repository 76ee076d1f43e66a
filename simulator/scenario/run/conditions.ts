import type { VirtualBoard } from '../../guest/virtual-board.ts';
import { FINAL_UPDATE } from '../../oracles/final-status.ts';
import { readFlash, settledImage } from '../../oracles/flash-view.ts';
import { sameNode } from '../../oracles/same-node.ts';
import type { Condition } from '../language/conditions.ts';
import type { ScenarioBench } from './bench.ts';
import { askDevice } from './conditions/device.ts';
import { askMesh } from './conditions/mesh.ts';
import { eachBoard, type Outcome, outcome } from './conditions/outcome.ts';
import { SerialSearches } from './conditions/serial.ts';
import { imageMd5, updatesDirectly } from './image-facts.ts';
import { lackingBoards } from './releases.ts';

/** Asks a world. Conditions about serial logs remember what came, so a `Conditions` belongs to one run, and is there before it begins. */
export class Conditions {
  readonly #bench: ScenarioBench;
  readonly #serial: SerialSearches;

  constructor(bench: ScenarioBench) {
    this.#bench = bench;
    this.#serial = new SerialSearches(bench);
  }

  async ask(condition: Condition): Promise<Outcome> {
    switch (condition.is) {
      case 'mesh-whole':
        return this.#meshWhole();
      case 'runs':
        return this.#each(condition.boards, (board) =>
          this.#runs(board, condition.image, condition.confirmed),
        );
      case 'can-boot':
        return this.#each(condition.boards, (board) =>
          readFlash(board).slots.some(({ bootable }) => bootable) ? '' : 'has no bootable slot',
        );
      case 'board-state':
        return this.#each(condition.boards, ({ state }) =>
          state === condition.state ? '' : `is ${state}`,
        );
      case 'update-status': {
        const status = await this.#statusOf(condition.image);
        return outcome(status === condition.status, `it is ${status}`);
      }
      case 'all-updates':
        return this.#allUpdates(condition.status);
      case 'node-status':
        return this.#nodeStatus(condition);
      case 'parts': {
        const { parts } = this.#bench.watch.count(condition.board, this.#md5(condition.image));
        return outcome(parts >= condition.least, `it asked for ${parts}`);
      }
      case 'serial':
        return this.#serial.ask(condition);
      case 'pin':
        return this.#each(condition.boards, ({ gpio }) =>
          gpio.level(condition.pin) === condition.level ? '' : 'has the other level',
        );
      case 'last-release':
        return this.#lastRelease(condition.boards);
      case 'time':
        return outcome(this.#bench.world.kernel.now >= condition.us, 'it is too early');
      case 'resets':
        return this.#each(condition.boards, ({ resets }) => {
          const count = Math.max(0, resets.length - 1);
          const { most = Number.POSITIVE_INFINITY, least = 0 } = condition;
          return count <= most && count >= least ? '' : `was reset ${count} times`;
        });
      case 'server-names':
      case 'heartbeats-name':
      case 'frames-struck':
      case 'clocks-agree':
        return askMesh(this.#bench, condition);
      default:
        return askDevice(this.#bench, condition);
    }
  }

  #meshWhole(): Outcome {
    const { scenario, world } = this.#bench;
    const on = scenario.boards.flatMap(({ name, entry }) => {
      const board = world.board(name);
      if (updatesDirectly(entry, this.#bench.images.get(`${entry.name}:first`)!)) return [];
      // One that waits for its first power-on is missed already; one that was switched off later is not.
      const awaited = board.resets.length === 0 && !entry.off;
      return board.state !== 'off' || awaited ? [board] : [];
    });
    const short = on.flatMap((board) => {
      const known = board.guest?.binding.mesh?.engine.getNodeList().length;
      return known === on.length - 1 ? [] : [`${board.name} knows ${known ?? 'no mesh'}`];
    });
    return outcome(short.length === 0, `of ${on.length - 1} others ${short.join(', ')}`);
  }

  #runs(board: VirtualBoard, image: string, confirmed: boolean): string {
    const wanted = this.#md5(image);
    if (!confirmed) {
      const { slots, active } = readFlash(board);
      const slot = slots.find((one) => one.slot === active?.slot);
      const trial = active?.state === 'PENDING_VERIFY';
      return trial && slot?.md5 === wanted ? '' : `does not try it (${active?.state ?? 'settled'})`;
    }
    const settled = settledImage(board);
    if (settled?.md5 === wanted) return '';
    const { slots, active } = readFlash(board);
    if (!active && slots[0]?.md5 === wanted) return '';
    return settled
      ? `runs ${settled.role ?? ''} ${settled.version}`.replace('  ', ' ')
      : 'is on trial';
  }

  async #allUpdates(status: string): Promise<Outcome> {
    const rows = await this.#bench.rows.updates();
    const others = rows.filter((row) =>
      status === 'final' ? !FINAL_UPDATE.has(row.status) : row.status !== status,
    );
    if (rows.length === 0) return outcome(false, 'nothing was ordered yet');
    return outcome(
      others.length === 0,
      others.map(({ id, status: is }) => `update ${id} is ${is}`).join(', '),
    );
  }

  async #nodeStatus(condition: Extract<Condition, { is: 'node-status' }>): Promise<Outcome> {
    const id = this.#bench.orders.get(condition.image);
    const rows = (await this.#bench.rows.nodes()).filter(({ update_id }) => update_id === id);
    return this.#each(condition.boards, ({ nodeId }) => {
      const row = rows.find(({ node_id }) => sameNode(node_id, nodeId));
      return row?.status === condition.status ? '' : `has ${row ? row.status : 'no row'}`;
    });
  }

  async #lastRelease(names: readonly string[]): Promise<Outcome> {
    const lacking = await lackingBoards(this.#bench, names);
    return outcome(
      lacking.length === 0,
      lacking
        .map(({ board, image }) => `${board.name} ${this.#runs(board, image, true)}`)
        .join(', '),
    );
  }

  async #statusOf(image: string): Promise<string> {
    const id = this.#bench.orders.get(image);
    if (id === undefined) return 'not ordered';
    const rows = await this.#bench.rows.updates();
    return rows.find((row) => row.id === id)?.status ?? 'gone';
  }

  #each(names: readonly string[], fault: (board: VirtualBoard) => string): Outcome {
    return eachBoard(this.#bench, names, fault);
  }

  #md5(image: string): string {
    return imageMd5(this.#bench.images.get(image)!);
  }
}
