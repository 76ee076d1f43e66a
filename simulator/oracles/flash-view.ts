import { hex } from '../../tools/formats/bytes.ts';
import { readImage } from '../../tools/formats/esp-image-region.ts';
import { identifyImage } from '../../tools/formats/image-tag.ts';
import { md5 } from '../../tools/formats/md5.ts';
import {
  activeOtadata,
  OTADATA_SIZE,
  otaStateName,
  parseOtadata,
  slotOfSeq,
} from '../../tools/formats/otadata.ts';
import {
  PARTITION_TABLE_OFFSET,
  PARTITION_TABLE_SIZE,
  type Partition,
} from '../../tools/formats/partition-table.ts';
import { NorFlash, SECTOR_SIZE } from '../board/nor-flash.ts';
import { Partitions } from '../board/partitions.ts';
import { verdictOn } from '../board/verdicts.ts';
import type { VirtualBoard } from '../guest/virtual-board.ts';

export interface SlotView {
  slot: number;
  /** Partition label. */
  label: string;
  md5: string;
  version: string;
  role: string | undefined;
  /** Would the bootloader load it? */
  bootable: boolean;
}

export interface FlashView {
  slots: SlotView[];
  /** The slot that otadata names, and its state; undefined when otadata says nothing. */
  active: { slot: number; state: string } | undefined;
}

/** A board's flash as it is now, to be read without the board's knowing: no time passes on its CPU, and no fault strikes. */
export function quietFlash(board: VirtualBoard): NorFlash {
  return new NorFlash(board.flash.size, board.flash.snapshot());
}

const views = new WeakMap<NorFlash, { revision: number; view: FlashView }>();

/**
 * Reads a board's flash as a programmer clip on the chip would: bytes only, nothing that firmware says. Slots are looked into when they
 * are asked, and again only when their bytes have changed: conditions ask many times a virtual second.
 */
export function readFlash(board: VirtualBoard): FlashView {
  const { revision } = board.flash;
  let known = views.get(board.flash);
  if (known?.revision !== revision) {
    known = { revision, view: lookAt(board) };
    views.set(board.flash, known);
  }
  return known.view;
}

function lookAt(board: VirtualBoard): FlashView {
  const sectors = board.flash.snapshot();
  const layout = layoutOf(board, sectors);
  if (!layout) return { slots: [], active: undefined };
  const { partitions, active } = layout;
  const slots = partitions.slots.flatMap((partition, slot) => {
    if (!partition) return [];
    const facts = () => known(board, partition, sectors);
    return {
      slot,
      label: partition.label,
      get md5() {
        return facts().md5;
      },
      get version() {
        return facts().version;
      },
      get role() {
        return facts().role;
      },
      get bootable() {
        return facts().bootable;
      },
    };
  });
  return { slots, active };
}

/** The image that a reset now would boot and keep: otadata's slot, confirmed. Undefined while on trial. */
export function settledImage(board: VirtualBoard): SlotView | undefined {
  const { slots, active } = readFlash(board);
  if (!active || active.state === 'NEW' || active.state === 'PENDING_VERIFY') return undefined;
  return slots.find(({ slot }) => slot === active.slot);
}

/** Where a partition with an image stands that the bootloader would load: the first one, whatever its kind; undefined when none is left. */
export function wholeApp(board: VirtualBoard): Partition | undefined {
  const sectors = board.flash.snapshot();
  const partitions = layoutOf(board, sectors)?.partitions;
  if (!partitions) return undefined;
  return [...partitions.slots, partitions.factory, partitions.test].find(
    (one) => one && known(board, one, sectors).bootable,
  );
}

type SlotFacts = Omit<SlotView, 'slot' | 'label'>;
type Sectors = (Uint8Array | undefined)[];

/** What partition table and otadata say. */
interface Layout {
  partitions: Partitions;
  active: FlashView['active'];
}

/** What was read last of a board, and the sectors that it was read from: a sector that changes is another array. */
const layouts = new WeakMap<VirtualBoard, { table: Sectors; otadata: Sectors; layout: Layout }>();

const sectorsOf = (sectors: Sectors, offset: number, size: number): Sectors =>
  sectors.slice(offset / SECTOR_SIZE, Math.ceil((offset + size) / SECTOR_SIZE));
const same = (before: Sectors, now: Sectors) => before.every((sector, i) => sector === now[i]);

/** Undefined where there is no partition table that the bootloader would take. */
function layoutOf(board: VirtualBoard, sectors: Sectors): Layout | undefined {
  const table = sectorsOf(sectors, PARTITION_TABLE_OFFSET, PARTITION_TABLE_SIZE);
  const otadataOf = ({ otadata }: Partitions) =>
    otadata ? sectorsOf(sectors, otadata.offset, OTADATA_SIZE) : [];
  const before = layouts.get(board);
  if (before && same(before.table, table)) {
    if (same(before.otadata, otadataOf(before.layout.partitions))) return before.layout;
  }
  const partitions = Partitions.read(new NorFlash(board.flash.size, sectors));
  if (!(partitions instanceof Partitions)) return undefined;
  const layout = { partitions, active: activeOf(partitions) };
  layouts.set(board, { table, otadata: otadataOf(partitions), layout });
  return layout;
}

function activeOf(partitions: Partitions): FlashView['active'] {
  if (!partitions.otadata) return undefined;
  const entries = parseOtadata(partitions.region(partitions.otadata).read(0, OTADATA_SIZE));
  const index = activeOtadata(entries);
  if (index < 0) return undefined;
  const { seq, state } = entries[index as 0 | 1];
  return { slot: slotOfSeq(seq, partitions.appCount), state: otaStateName(state) };
}

/** What is true of bytes that got this verdict. */
const factsKnown = new WeakMap<object, SlotFacts>();

function factsOf(bytes: Uint8Array, verdict: ReturnType<typeof verdictOn>): SlotFacts {
  let facts = factsKnown.get(verdict);
  if (!facts) {
    const identity = verdict.ok ? identifyImage(bytes) : undefined;
    facts = {
      md5: hex(md5(bytes)),
      version: identity?.version ?? '',
      role: identity?.role,
      bootable: verdict.ok,
    };
    factsKnown.set(verdict, facts);
  }
  return facts;
}

/** What slots held when they were last looked into, by the sectors that they had. */
const lookedInto = new WeakMap<VirtualBoard, Map<number, { sectors: Sectors; facts: SlotFacts }>>();

function known(board: VirtualBoard, partition: Partition, sectors: Sectors): SlotFacts {
  const slots = lookedInto.get(board) ?? new Map();
  lookedInto.set(board, slots);
  const own = sectorsOf(sectors, partition.offset, partition.size);
  const before = slots.get(partition.offset);
  if (before && same(before.sectors, own)) return before.facts;
  const flash = new NorFlash(board.flash.size, sectors);
  const bytes = readImage(flash.region(partition.offset, partition.size));
  const verdict = verdictOn(bytes, {
    chipId: board.chip.id,
    chipRevision: board.chip.revision,
    maxLength: partition.size,
    flashOffset: partition.offset,
  });
  const facts = factsOf(bytes, verdict);
  slots.set(partition.offset, { sectors: own, facts });
  return facts;
}
