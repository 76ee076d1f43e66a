/** Handing an image to nodes with no gateway: who is offered it, what each one gets, and what its heartbeats then prove. */
import { createHash } from 'node:crypto';
import type { DataRequest } from '../../../simulator/mesh/index.ts';
import { type Heartbeat, printSwarm, SWARM } from './swarm.ts';

export type Phase =
  /** Not offered yet, or to be offered again. */
  | 'waiting'
  /** Announced to; has not asked for a part. */
  | 'offered'
  | 'downloading'
  /** Has every part; not yet heard to run and confirm it. */
  | 'rebooting'
  | 'completed'
  /** A node that restarted after the last part and cannot say what it runs: a stock one, or one without MeshSwarm. */
  | 'unverified'
  | 'failed'
  | 'rolled_back';

export interface Target {
  readonly nodeId: number;
  name: string;
  phase: Phase;
  /** Parts that it has asked for in order, of `parts`. */
  part: number;
  /** Why, for people. */
  note: string;
  /** Version that it said last. */
  firmware: string | undefined;
}

export interface PushOptions {
  image: Uint8Array;
  role: string;
  /** painlessMesh's hardware string. */
  hardware: string;
  /** Bytes of each part but the last. */
  partSize: number;
  /** Also to nodes that run this very image. */
  force?: boolean;
  /** Also to nodes that fell back from this image before. */
  retry?: boolean;
  /** These nodes only, whatever they say of themselves. */
  only?: readonly number[];
  /** Nodes that are sent parts at the same time. */
  atOnce?: number;
  /** Name in our messages. */
  name: string;
}

/** What a push needs of the mesh. */
export interface PushMesh {
  readonly nodeId: number;
  /** ms, from anywhere, never back. */
  now(): number;
  sendPackage(json: string): boolean;
  sendSingle(nodeId: number, text: string): boolean;
  reachable(nodeId: number): boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Every node is heard twice before anybody is offered anything. */
const GATHER = 12 * SECOND;
/** To a node that does not ask; the receiver gives up on a transfer after 270 s. */
const ANNOUNCE_EVERY = MINUTE;
const ANNOUNCES = 5;
const ATTEMPTS = 3;
/** A node that asks for nothing for so long is out of the mesh, or has lost the transfer. */
const STALL = 5 * MINUTE;
/** Its Update refused the image if it has not restarted by then. */
const RESTART = MINUTE;
/** A node confirms within ten minutes of its start, or falls back. */
const CONFIRM = 12 * MINUTE;
const RETRY_WAIT = 5 * SECOND;

export const FINAL: readonly Phase[] = ['completed', 'unverified', 'failed', 'rolled_back'];

interface Watched extends Target {
  announces: number;
  attempts: number;
  announcedAt: number;
  advancedAt: number;
  sentLastAt: number;
  /** Heard running the image since the last part. */
  ranImage: boolean;
  retryOrdered: boolean;
  /** What its last heartbeat said, s. */
  upSeconds: number;
  /** A heartbeat said less than the one before. */
  restartedAt: number;
  tellsFirmware: boolean;
  /** Any heartbeat was heard: it is a MeshSwarm node. */
  speaks: boolean;
  /** Was out of the mesh since the last part. */
  left: boolean;
}

export class Push {
  readonly md5: string;
  readonly parts: number;
  readonly #mesh: PushMesh;
  readonly #options: PushOptions;
  readonly #targets = new Map<number, Watched>();
  readonly #began: number;

  constructor(mesh: PushMesh, options: PushOptions) {
    this.#mesh = mesh;
    this.#options = options;
    this.#began = mesh.now();
    this.md5 = createHash('md5').update(options.image).digest('hex');
    this.parts = Math.ceil(options.image.length / options.partSize);
    for (const nodeId of options.only ?? []) this.#add(nodeId);
  }

  get targets(): readonly Target[] {
    return [...this.#targets.values()];
  }

  /** Whether nodes are still being looked for. */
  get gathering(): boolean {
    return this.#mesh.now() - this.#began < GATHER;
  }

  get done(): boolean {
    return !this.gathering && this.targets.every(({ phase }) => FINAL.includes(phase));
  }

  /** A heartbeat: who is there, and what became of those who have the image. */
  hear(nodeId: number, heartbeat: Heartbeat): void {
    const { only, role } = this.#options;
    let target = this.#targets.get(nodeId);
    if (!target && !only && heartbeat.otaRole === role) target = this.#add(nodeId);
    if (!target) return;
    target.speaks = true;
    target.name = heartbeat.name;
    target.firmware = heartbeat.firmware;
    target.tellsFirmware = heartbeat.md5 !== undefined;
    if (heartbeat.md5 === this.md5 && heartbeat.confirm === 'pending') this.#acknowledge(nodeId);
    if (FINAL.includes(target.phase)) return;
    if (heartbeat.otaRole !== undefined && heartbeat.otaRole !== role) {
      return this.#end(target, 'failed', `takes images of role ${heartbeat.otaRole}`);
    }
    const restarted = this.#restarted(target, heartbeat);
    if (!target.tellsFirmware) this.#heardStock(target, restarted);
    else if (heartbeat.md5 === this.md5) this.#heardOnImage(target, heartbeat, restarted);
    else this.#heardElsewhere(target, heartbeat, restarted);
  }

  /** The bytes of a part, or nothing for whoever is not to have it. */
  asked(request: DataRequest): Uint8Array | undefined {
    const { role, hardware, partSize, image } = this.#options;
    const target = this.#targets.get(request.from);
    const ours = request.md5 === this.md5 && request.role === role && request.hardware === hardware;
    if (!target || !ours || request.partNo >= this.parts) return undefined;
    if (target.phase === 'waiting' || FINAL.includes(target.phase)) return undefined;
    const now = this.#mesh.now();
    target.advancedAt = now;
    target.part = request.partNo + 1;
    target.phase = 'downloading';
    if (target.part === this.parts) {
      target.phase = 'rebooting';
      target.sentLastAt = now;
    }
    return image.subarray(request.partNo * partSize, (request.partNo + 1) * partSize);
  }

  /** To be called about once a second: offers, and gives up. */
  tick(): void {
    if (this.gathering) return;
    for (const target of this.#targets.values()) this.#expire(target);
    let busy = [...this.#targets.values()].filter((t) => active(t.phase)).length;
    for (const target of this.#targets.values()) {
      if (target.phase === 'waiting' && busy < (this.#options.atOnce ?? 2) && this.#offer(target)) {
        busy++;
      } else if (target.phase === 'offered') this.#offer(target);
    }
  }

  /** What is still open will not be waited for. */
  giveUp(why: string): void {
    for (const target of this.#targets.values()) {
      if (!FINAL.includes(target.phase)) this.#end(target, 'failed', why);
    }
  }

  #add(nodeId: number): Watched {
    const now = this.#mesh.now();
    const target: Watched = {
      nodeId,
      name: '',
      phase: 'waiting',
      part: 0,
      note: '',
      firmware: undefined,
      announces: 0,
      attempts: 1,
      announcedAt: Number.NEGATIVE_INFINITY,
      advancedAt: now,
      sentLastAt: 0,
      ranImage: false,
      retryOrdered: false,
      upSeconds: 0,
      restartedAt: 0,
      tellsFirmware: false,
      speaks: false,
      left: false,
    };
    this.#targets.set(nodeId, target);
    return target;
  }

  #heardStock(target: Watched, restarted: boolean): void {
    if (target.phase !== 'rebooting' || !restarted) return;
    this.#end(target, 'unverified', 'restarted; a stock node cannot say what it runs');
  }

  #heardOnImage(target: Watched, heartbeat: Heartbeat, restarted: boolean): void {
    // A forced update is done when the node has restarted after the last part.
    if (this.#options.force && !restarted && !target.ranImage) return;
    target.ranImage = true;
    if (heartbeat.confirm === 'pending') {
      target.phase = 'rebooting';
      target.sentLastAt ||= this.#mesh.now();
      return;
    }
    const had = target.sentLastAt === 0 ? 'ran it already' : '';
    const kept = heartbeat.confirm === 'none' ? 'its bootloader has no rollback' : had;
    this.#end(target, 'completed', kept);
  }

  #heardElsewhere(target: Watched, heartbeat: Heartbeat, restarted: boolean): void {
    const fallen = heartbeat.rolledBack?.md5 === this.md5 ? heartbeat.rolledBack.reason : undefined;
    if (fallen !== undefined && (restarted || target.ranImage)) {
      if (fallen === 'power') return this.#again(target, 'rolled_back', 'power was lost on trial');
      return this.#end(target, 'rolled_back', reasonText(fallen));
    }
    if (fallen !== undefined && target.phase === 'waiting' && !target.retryOrdered) {
      if (this.#options.retry) return this.#orderRetry(target);
      const before = `fell back from this image before (${reasonText(fallen)}); --retry tries again`;
      return this.#end(target, 'rolled_back', before);
    }
    if (target.phase === 'rebooting' && target.ranImage) {
      return this.#end(target, 'rolled_back', 'runs another image again');
    }
    if (target.phase === 'rebooting' && restarted) {
      return this.#again(target, 'rolled_back', 'restarted into the old image');
    }
    if (target.phase === 'rebooting' && this.#mesh.now() - target.sentLastAt > RESTART) {
      this.#again(target, 'failed', 'did not take the image (MD5 or activation)');
    }
  }

  #expire(target: Watched): void {
    const now = this.#mesh.now();
    const { phase } = target;
    if (phase === 'offered') {
      const patience = target.announces >= ANNOUNCES ? ANNOUNCE_EVERY : STALL;
      if (now - target.announcedAt > patience) {
        this.#end(target, 'failed', 'was told of the image and never asked for it');
      }
    } else if (phase === 'downloading' && now - target.advancedAt > STALL) {
      this.#again(target, 'failed', `stopped asking at part ${target.part} of ${this.parts}`);
    } else if (phase === 'waiting' && !this.#mesh.reachable(target.nodeId)) {
      if (now - target.advancedAt > STALL) this.#end(target, 'failed', 'is not in the mesh');
    } else if (phase === 'rebooting') this.#expectBack(target);
  }

  /** Of a node without MeshSwarm, which sends no heartbeats, one sees only that it leaves the mesh and comes back. */
  #expectBack(target: Watched): void {
    const here = this.#mesh.reachable(target.nodeId);
    if (!here) target.left = true;
    else if (target.left && !target.speaks) {
      return this.#end(
        target,
        'unverified',
        'restarted; it sends no heartbeats to say what it runs',
      );
    }
    if (this.#mesh.now() - target.sentLastAt > CONFIRM) {
      this.#end(target, 'failed', 'was not heard to run and confirm it');
    }
  }

  /** Answers whether an announce went out. */
  #offer(target: Watched): boolean {
    const now = this.#mesh.now();
    if (now - target.announcedAt < ANNOUNCE_EVERY || target.announces >= ANNOUNCES) return false;
    if (!this.#mesh.reachable(target.nodeId)) return false;
    const forced = Boolean(this.#options.force) && target.announces === 0;
    this.#mesh.sendPackage(this.#announce(target.nodeId, forced));
    target.announces++;
    target.announcedAt = now;
    target.phase = 'offered';
    return true;
  }

  /** A library announce with an addressee: only that node takes it. */
  #announce(dest: number, forced: boolean): string {
    const { role, hardware } = this.#options;
    return JSON.stringify({
      from: this.#mesh.nodeId,
      routing: 1,
      type: 10,
      md5: this.md5,
      hardware,
      role,
      ...(forced && { forced }),
      noPart: this.parts,
      broadcasted: false,
      dest,
    });
  }

  #acknowledge(nodeId: number): void {
    const command = { cmd: 'ota_ack', md5: this.md5 };
    this.#mesh.sendSingle(nodeId, printSwarm(SWARM.COMMAND, this.#options.name, command));
  }

  #orderRetry(target: Watched): void {
    const command = { cmd: 'ota_retry', md5: this.md5 };
    this.#mesh.sendSingle(target.nodeId, printSwarm(SWARM.COMMAND, this.#options.name, command));
    target.retryOrdered = true;
    // It restarts to forget that it rejected the image.
    target.announcedAt = this.#mesh.now() - ANNOUNCE_EVERY + RETRY_WAIT;
  }

  #again(target: Watched, phase: Phase, why: string): void {
    if (target.attempts >= ATTEMPTS) return this.#end(target, phase, `${why}, ${ATTEMPTS} times`);
    Object.assign(target, {
      phase: 'waiting',
      note: `${why}; again`,
      attempts: target.attempts + 1,
      announces: 0,
      part: 0,
      sentLastAt: 0,
      ranImage: false,
      left: false,
      advancedAt: this.#mesh.now(),
    });
  }

  #end(target: Watched, phase: Phase, note: string): void {
    target.phase = phase;
    target.note = note;
  }

  /** Since its last part: its time up went back, or is too short. It is rounded down, and begins within a second of the boot. */
  #restarted(target: Watched, { upSeconds }: Heartbeat): boolean {
    const now = this.#mesh.now();
    if (upSeconds < target.upSeconds) target.restartedAt = now;
    target.upSeconds = upSeconds;
    if (target.sentLastAt === 0) return false;
    const started = now - (upSeconds + 1) * SECOND;
    return target.restartedAt > target.sentLastAt || started >= target.sentLastAt;
  }
}

function active(phase: Phase): boolean {
  return phase === 'offered' || phase === 'downloading' || phase === 'rebooting';
}

function reasonText(reason: string): string {
  const known: Record<string, string> = {
    crash: 'it crashed',
    hang: 'it hung',
    no_ack: 'nobody acknowledged it',
    power: 'power was lost on trial',
  };
  return known[reason] ?? reason;
}
