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
import type { Partition } from '../../tools/formats/partition-table.ts';
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

/**
 * Reads a board's flash as a programmer clip on the chip would: bytes only, nothing that firmware says. Slots are looked into when they
 * are asked, and again only when their bytes have changed: conditions ask many times a virtual second.
 */
export function readFlash(board: VirtualBoard): FlashView {
  const sectors = board.flash.snapshot();
  const partitions = Partitions.read(new NorFlash(board.flash.size, sectors));
  if (!(partitions instanceof Partitions)) return { slots: [], active: undefined };
  const slots = partitions.slots.flatMap((partition, slot) => {
    if (!partition) return [];
    const facts = () => known(board, partition, sectors, partitions);
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
  const otadata =
    partitions.otadata && parseOtadata(partitions.region(partitions.otadata).read(0, OTADATA_SIZE));
  const index = otadata ? activeOtadata(otadata) : -1;
  if (!otadata || index < 0) return { slots, active: undefined };
  const entry = otadata[index as 0 | 1];
  return {
    slots,
    active: { slot: slotOfSeq(entry.seq, partitions.appCount), state: otaStateName(entry.state) },
  };
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
  const partitions = Partitions.read(new NorFlash(board.flash.size, sectors));
  if (!(partitions instanceof Partitions)) return undefined;
  return [...partitions.slots, partitions.factory, partitions.test].find(
    (one) => one && known(board, one, sectors, partitions).bootable,
  );
}

type SlotFacts = Omit<SlotView, 'slot' | 'label'>;
type Sectors = (Uint8Array | undefined)[];

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

/** What slots held when they were last looked into, by the sectors that they had: a sector that changes is another array. */
const lookedInto = new WeakMap<VirtualBoard, Map<number, { sectors: Sectors; facts: SlotFacts }>>();

function known(
  board: VirtualBoard,
  partition: Partition,
  sectors: Sectors,
  partitions: Partitions,
): SlotFacts {
  const slots = lookedInto.get(board) ?? new Map();
  lookedInto.set(board, slots);
  const first = partition.offset / SECTOR_SIZE;
  const own = sectors.slice(first, first + partition.size / SECTOR_SIZE);
  const before = slots.get(partition.offset);
  if (before?.sectors.every((sector: unknown, i: number) => sector === own[i])) {
    return before.facts;
  }
  const bytes = readImage(partitions.region(partition));
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
