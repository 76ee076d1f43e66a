import type { ChipModel } from '../../board/chip-model.ts';
import { NorFlash } from '../../board/nor-flash.ts';
import { Partitions } from '../../board/partitions.ts';
import type { ScenarioBench } from '../run/bench.ts';
import type { Observer } from '../run/run.ts';
import type { PowerCut } from './cut-point.ts';
import { flashDigest } from './flash-digest.ts';
import { type Journal, type JournalEntry, journalOf } from './journal.ts';

/** What a board did to its flash in a run. */
export interface BoardFlash {
  chip: ChipModel;
  journal: Journal<PlacedEntry>;
  /** MD5s of the images that it started, each once, in their order. */
  started: Set<string>;
  /** Operations that the chip itself counted in the run. */
  counted(): number;
}

export interface PlacedEntry extends JournalEntry {
  /** µs. */
  time: number;
  /** Label of the partition that it lies in; empty outside of all. */
  label: string;
}

/** Keeps a journal of every board's flash. */
export function watchFlash(): Observer & { boards: ReadonlyMap<string, BoardFlash> } {
  const boards = new Map<string, BoardFlash>();
  return {
    boards,
    begin({ world }) {
      for (const { name, flash, chip } of world.boards.values()) {
        const label = labels(new NorFlash(flash.size, flash.snapshot()));
        const first = flash.operations;
        const journal = journalOf(flash, ({ offset }) => ({
          time: world.kernel.now,
          label: label(offset),
        }));
        const counted = () => flash.operations - first;
        boards.set(name, { chip, journal, started: new Set(), counted });
      }
      onBoot(world, (board, md5) => boards.get(board)!.started.add(md5));
    },
  };
}

/** What a run showed of a cut that it was made for. */
export interface CutSeen {
  /** Digest of the flash that the power left; undefined when it was never cut there. */
  flash?: string;
  /** MD5 of the image that the board started next. */
  booted?: string;
}

/** Looks at a cut when it comes. */
export function watchCut({
  board: name,
  operation,
  phase,
}: PowerCut): Observer & { seen: CutSeen } {
  const seen: CutSeen = {};
  return {
    seen,
    begin({ world }) {
      const { flash } = world.board(name);
      const sentence = `power lost ${phase} flash operation ${flash.operations + operation - 1} `;
      world.kernel.trace.listen(({ board, kind, data }) => {
        if (board !== name || kind !== 'power' || seen.flash !== undefined) return;
        if (String(data).startsWith(sentence)) seen.flash = flashDigest(flash);
      });
      onBoot(world, (board, md5) => {
        if (board === name && seen.flash !== undefined) seen.booted ??= md5;
      });
    },
  };
}

function onBoot({ kernel }: ScenarioBench['world'], told: (board: string, md5: string) => void) {
  kernel.trace.listen(({ board, kind, data }) => {
    if (kind === 'boot') told(board, String(data).split(' ').at(-1)!);
  });
}

function labels(flash: NorFlash): (offset: number) => string {
  const partitions = Partitions.read(flash);
  const rows = partitions instanceof Partitions ? partitions.rows : [];
  return (at) => rows.find(({ offset, size }) => at >= offset && at < offset + size)?.label ?? '';
}
