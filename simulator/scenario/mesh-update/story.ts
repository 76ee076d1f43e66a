import { FINAL_UPDATE } from '../../oracles/final-status.ts';
import { sameNode } from '../../oracles/same-node.ts';
import { OtaWatch } from '../ota-watch.ts';
import { StoryRun } from '../story-run.ts';
import type { Topology } from '../topology.ts';
import { versionOf } from '../version-of.ts';
import { SECOND, type World } from '../world.ts';
import { describeFlash, hopsFrom, md5Hex, meshFormed, runsSettled } from './observe.ts';
import { storyWorld } from './story-world.ts';
import type { NodeProgress, NodeReport, StoryOptions, StoryReport } from './types.ts';

const MINUTE = 60 * SECOND;
const PIR_PIN = 4;
const LED_PIN = 2;
/** The sensor's own warm-up, before which the PIR sketch does not look at it. */
const WARM_UP = 35 * SECOND;

/**
 * A mesh of real sketches forms, shares state, updates itself over the air, and survives two bad images. Everything is
 * observed from outside: flash, pins and the server's rows.
 */
export async function runMeshUpdate(options: StoryOptions): Promise<StoryReport> {
  const story = new MeshUpdateStory(options);
  try {
    return await story.run();
  } finally {
    story.close();
  }
}

class MeshUpdateStory {
  readonly #options: StoryOptions;
  readonly #world: World;
  readonly #topology: Topology;
  readonly #watch: OtaWatch;
  readonly #run: StoryRun;
  #md5 = '';
  #updateId = 0;
  #hops = new Map<number, number>();

  constructor(options: StoryOptions) {
    this.#options = options;
    const { world, topology } = storyWorld(options);
    this.#world = world;
    this.#topology = topology;
    this.#watch = new OtaWatch(world);
    this.#run = new StoryRun(world, options, () => this.#progress());
    options.onWorld(world.clock);
  }

  async run(): Promise<StoryReport> {
    const { images } = this.#options;
    await this.#form();
    await this.#shareState();
    const good = await this.#update(images.update);
    await this.#heal();
    await this.#rollBack(images.crash, 'crashes before it is confirmed');
    await this.#heal();
    await this.#rollBack(images.noJoin, 'boots but cannot join the mesh');
    const nodes = await this.#nodes(good);
    return { ...this.#run.outcome(), seed: this.#options.seed, nodes };
  }

  close(): void {
    this.#world.close();
  }

  get #pirs() {
    return this.#boardsOf('pir');
  }

  #boardsOf(role: string) {
    const names = this.#topology.boards
      .filter((plan) => plan.role === role)
      .map((plan) => plan.name);
    return names.map((name) => this.#world.board(name));
  }

  async #form(): Promise<void> {
    this.#begin('the mesh forms');
    this.#world.powerOn();
    const formed = await this.#until(() => meshFormed(this.#world), 10 * MINUTE);
    this.#hops = hopsFrom(this.#world.board('gateway'));
    const deepest = Math.max(...this.#hops.values());
    this.#check(`all ${this.#world.boards.size} boards have booted from flash and mesh`, formed);
    this.#check('the tree is at least three hops deep', deepest >= 3, `${deepest} hops`);
  }

  /** Restarts have torn the mesh; a release reaches those who are in it, so the next one waits until it is whole again. */
  async #heal(): Promise<void> {
    const healed = await this.#until(() => meshFormed(this.#world), 30 * MINUTE);
    this.#check('the mesh is whole again', healed);
  }

  async #shareState(): Promise<void> {
    this.#begin('shared state flows');
    const pir = this.#pirs[0]!;
    const leds = this.#boardsOf('led');
    const follow = (level: 0 | 1) => () => leds.every((led) => led.gpio.level(LED_PIN) === level);
    const warm = Math.max(0, WARM_UP - this.#world.kernel.now);
    await this.#until(() => false, warm);
    for (const level of [1, 0] as const) {
      pir.gpio.drive(PIR_PIN, level);
      const followed = await this.#until(follow(level), MINUTE);
      this.#check(
        `${pir.name}'s pin goes ${level ? 'high' : 'low'}, and the LED pins follow`,
        followed,
      );
    }
  }

  /** The good release reaches every PIR node, and no LED node. */
  async #update(image: Uint8Array): Promise<number> {
    const version = versionOf(image);
    const id = await this.#publish(image, `PIR ${version} goes over the mesh`);
    const status = await this.#final(id, 30 * MINUTE);
    const { rows } = this.#options.server.store;
    const nodes = await rows.nodes(id);
    this.#check(`the server shows the update completed, verified`, status === 'completed', status);
    const confirmed = nodes.filter(
      (row) => row.status === 'completed' && row.current_part === row.total_parts,
    );
    this.#check(
      'with all parts of each PIR node',
      confirmed.length === this.#pirs.length,
      JSON.stringify(nodes),
    );
    this.#settled(image, `all PIR nodes run ${version} from flash, confirmed`);
    const asked = this.#boardsOf('led').filter(
      (led) => this.#watch.count(led.name, md5Hex(image)).parts > 0,
    );
    const kept = this.#boardsOf('led').every((led) => runsSettled(led, this.#options.images.led));
    this.#check(
      'no LED node took it',
      asked.length === 0 && kept,
      asked.map((led) => led.name).join(),
    );
    return id;
  }

  /** A bad release: every node that takes it falls back to the good one, and the server says so. */
  async #rollBack(image: Uint8Array, how: string): Promise<void> {
    const version = versionOf(image);
    const id = await this.#publish(image, `${version} ${how}`);
    const status = await this.#final(id, 90 * MINUTE);
    const rows = await this.#options.server.store.rows.nodes(id);
    const md5 = md5Hex(image);
    const taken = this.#pirs.filter((board) => this.#watch.count(board.name, md5).parts > 0);
    this.#check(
      `${version} was taken by every PIR node`,
      taken.length === this.#pirs.length,
      `${taken.length}`,
    );
    this.#check(`the server does not call ${version} completed`, status === 'failed', status);
    const back = rows.filter((row) => row.status === 'rolled_back');
    this.#check(
      `the server shows each of them rolled back`,
      back.length === taken.length,
      JSON.stringify(rows),
    );
    const { update } = this.#options.images;
    this.#settled(update, `all PIR nodes are back on ${versionOf(update)}, by otadata`);
  }

  #settled(image: Uint8Array, what: string): void {
    const others = this.#pirs.filter((board) => !runsSettled(board, image));
    this.#check(what, others.length === 0, others.map(describeFlash).join(', '));
  }

  async #publish(image: Uint8Array, phase: string): Promise<number> {
    this.#begin(phase);
    const { client } = this.#options;
    const version = versionOf(image);
    const file = new Uint8Array(image);
    const uploaded = await client.uploadFirmware({
      file,
      filename: `pir-${version}.bin`,
      node_type: 'pir',
      version,
    });
    const update = await client.createUpdate({ firmware_id: uploaded.id });
    this.#md5 = md5Hex(image);
    this.#updateId = update.id;
    return update.id;
  }

  /** Runs until the server's row of the update is final; answers its status, and nodes have settled in flash. */
  async #final(id: number, limit: number): Promise<string> {
    const { rows } = this.#options.server.store;
    const status = async () =>
      (await rows.updates()).find((row) => row.id === id)?.status ?? 'missing';
    await this.#until(async () => FINAL_UPDATE.has(await status()), limit);
    return status();
  }

  #until(condition: () => boolean | Promise<boolean>, limit: number): Promise<boolean> {
    return this.#run.until(condition, limit, SECOND);
  }

  #begin(phase: string): void {
    this.#run.begin(phase);
  }

  #check(what: string, ok: boolean, detail?: string): void {
    this.#run.check(what, ok, detail);
  }

  async #progress(): Promise<NodeProgress[]> {
    const rows = this.#updateId ? await this.#options.server.store.rows.nodes(this.#updateId) : [];
    return this.#topology.boards.slice(1).map(({ name, role }) => {
      const { parts, total } = this.#watch.count(name, this.#md5);
      const id = this.#world.board(name).nodeId;
      return {
        name,
        role,
        status: rows.find((row) => sameNode(row.node_id, id))?.status ?? '',
        parts,
        total,
      };
    });
  }

  async #nodes(updateId: number): Promise<NodeReport[]> {
    const { images, server } = this.#options;
    const rows = await server.store.rows.nodes(updateId);
    const md5 = md5Hex(images.update);
    return this.#topology.boards.map(({ name, role }) => {
      const board = this.#world.board(name);
      const row = rows.find(({ node_id }) => sameNode(node_id, board.nodeId));
      const { parts, total, retries } = this.#watch.count(name, md5);
      const settled = [images.update, images[role]].find((image) => runsSettled(board, image));
      const times =
        row?.started_at && row.completed_at
          ? (row.completed_at - row.started_at) / 1000
          : undefined;
      return {
        name,
        nodeId: board.nodeId,
        role,
        hops: this.#hops.get(board.nodeId) ?? 0,
        before: versionOf(images[role]),
        after: settled ? versionOf(settled) : 'unsettled',
        parts,
        total,
        retries,
        reboots: board.resets.length - 1,
        seconds: times,
      };
    });
  }
}
