import { hex } from '../../../tools/formats/bytes.ts';
import { wrapGuest } from '../../../tools/formats/guest-payload.ts';
import { identifyImage } from '../../../tools/formats/image-tag.ts';
import { md5 } from '../../../tools/formats/md5.ts';
import {
  applyOtadataWrites,
  buildOtadataEntry,
  type OTA_STATE,
} from '../../../tools/formats/otadata.ts';
import { buildPartitionTable, type Partition } from '../../../tools/formats/partition-table.ts';
import { ESP32 } from '../../board/chip-model.ts';
import { factoryFlash } from '../../board/factory-flash.ts';
import { PowerLost } from '../../board/nor-flash.ts';
import type { VirtualBoard } from '../../guest/virtual-board.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import type { DeviceClaim, Fleet, FleetImage, NodeClaim, Oracle, UpdateClaim } from '../oracle.ts';

const row = (label: string, type: number, subtype: number, offset: number, size: number) =>
  ({ label, type, subtype, offset, size, encrypted: false, readonly: false }) satisfies Partition;
const OTADATA = row('otadata', 1, 0, 0x9000, 0x2000);
export const SLOTS = [
  row('app0', 0, 0x10, 0x10000, 0x10000),
  row('app1', 0, 0x11, 0x20000, 0x10000),
] as const;
const TABLE = buildPartitionTable([OTADATA, ...SLOTS]);

export const MINUTE = 60_000_000;
/** Node ids of boards, in the order of their names. */
export const NODE = 0x1a00;

/** A bootable image that names a project; different ones have different bytes. */
export function image(project: string, version: string, chipId?: number): Uint8Array {
  const bytes = wrapGuest(new Uint8Array(64), { projectName: project, version });
  if (chipId !== undefined) new DataView(bytes.buffer).setUint16(12, chipId, true);
  return bytes;
}

export const md5Of = (bytes: Uint8Array): string => hex(md5(bytes));

export interface TestBoard {
  /** Role that the board has; its images get the same, where a test says nothing else. */
  role?: string;
  app: Uint8Array;
  rollback?: boolean;
}

/** A few boards without CPUs, their flash real, and one oracle that watches them: a test tells the story by hand. */
export class TestFleet {
  readonly findings: string[] = [];
  readonly images = new Map<string, FleetImage>();
  readonly #published = new Set<string>();
  readonly rows: { updates: UpdateClaim[]; nodes: NodeClaim[]; devices: DeviceClaim[] } = {
    updates: [],
    nodes: [],
    devices: [],
  };
  readonly boards = new Map<string, VirtualBoard>();
  now = 0;
  readonly #watch: ReturnType<Oracle['watch']>;

  constructor(oracle: Oracle, boards: Record<string, TestBoard>) {
    const names = Object.keys(boards);
    for (const [name, board] of Object.entries(boards)) {
      this.boards.set(name, this.#board(name, NODE + names.indexOf(name), board));
      this.#know(board.app, board.role);
    }
    const fleet = {
      kernel: this,
      boards: this.boards,
      images: this.images,
      mayRun: (name: string, md5: string) =>
        this.#published.has(md5) || md5Of(boards[name]!.app) === md5,
      roleOf: (name: string) => boards[name]?.role,
      projectOf: (name: string) => identifyImage(boards[name]!.app)?.project,
      boardOfDevice: (id: number) => names[id - 1],
      server: {
        updates: async () => this.rows.updates,
        nodes: async () => this.rows.nodes,
        devices: async () => this.rows.devices,
      },
    };
    this.#watch = oracle.watch(fleet as unknown as Fleet, (message) => {
      this.findings.push(message);
    });
  }

  /** An image that may run from now on. */
  publish(bytes: Uint8Array, role?: string): string {
    const md5 = this.#know(bytes, role);
    this.#published.add(md5);
    return md5;
  }

  #know(bytes: Uint8Array, role?: string): string {
    const md5 = md5Of(bytes);
    const { project, version } = identifyImage(bytes)!;
    this.images.set(md5, { md5, bytes, role, project, version });
    return md5;
  }

  record(board: string, kind: string, data: TraceRecord['data'] = '', link?: number): void {
    if (this.#watch.kinds?.includes(kind) === false) return;
    this.#watch.record?.({ time: this.now, board, kind, data, link });
  }

  reset(board: string, cause = 'SW'): void {
    (this.boards.get(board)!.resets as unknown[]).push({ time: this.now });
    this.record(board, 'reset', cause);
  }

  /** The app of that slot begins to run. */
  boot(board: string, slot: 0 | 1, md5: string): void {
    this.record(board, 'boot', `app${slot} ${md5}`);
  }

  /** A frame of a board's, complete. */
  frame(board: string, members: object): void {
    this.record(board, 'frame', new TextEncoder().encode(`${JSON.stringify(members)}\0`), 1);
  }

  /** Writes one entry of otadata as the vendor's code does: erase, then program. */
  otadata(
    board: string,
    entry: 0 | 1,
    seq: number,
    state: (typeof OTA_STATE)[keyof typeof OTA_STATE],
  ): void {
    const { flash } = this.boards.get(board)!;
    const bytes = buildOtadataEntry({ seq, state });
    const write = { entry, offset: entry * 0x1000, state, bytes };
    applyOtadataWrites(flash.region(OTADATA.offset, OTADATA.size), [write]);
  }

  /** Puts an image into a slot, as an update does. */
  install(board: string, slot: 0 | 1, bytes: Uint8Array): void {
    const { offset, size } = SLOTS[slot];
    const region = this.boards.get(board)!.flash.region(offset, size);
    region.erase(0, size);
    region.write(0, bytes);
  }

  /** The supply goes at the next flash operation of `work`, half done. */
  torn(board: string, work: () => void): void {
    const { hooks } = this.boards.get(board)!.flash;
    hooks.cut = () => 'half';
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
    }
    hooks.cut = undefined;
    this.record(board, 'power', 'off');
  }

  tick = async () => this.#watch.tick?.();
  end = async () => this.#watch.end?.();

  #board(name: string, nodeId: number, { app, rollback = true }: TestBoard): VirtualBoard {
    const flash = factoryFlash(ESP32, { partitionTable: TABLE, app, bootloader: { rollback } });
    flash.hooks.done = ({ kind, offset, length }) =>
      this.record(name, kind, `${offset.toString(16)}+${length} `);
    const radio = { radio: { airtime: 0 } };
    const board = { name, nodeId, flash, radio, chip: ESP32, resets: [], state: 'running' };
    return board as unknown as VirtualBoard;
  }
}
