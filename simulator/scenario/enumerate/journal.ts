import { type CutPhase, type FlashOperation, NorFlash, PowerLost } from '../../board/nor-flash.ts';

export type Sectors = (Uint8Array | undefined)[];

/** One operation of a flash. */
export interface JournalEntry extends FlashOperation {
  /** What it programs; nothing for an erase. */
  data: Uint8Array | undefined;
  /** Content of the flash when it begins. */
  before: Sectors;
}

/** Everything that a flash goes through from a moment on. */
export interface Journal<E extends JournalEntry = JournalEntry> {
  size: number;
  /** Content at that moment. */
  before: Sectors;
  entries: E[];
}

/** Writes down each operation as it begins, also one that a power cut ends; `more` says what else is worth knowing then. */
export function journalOf<T extends object>(
  flash: NorFlash,
  more: (operation: FlashOperation) => T,
): Journal<JournalEntry & T> {
  const journal: Journal<JournalEntry & T> = {
    size: flash.size,
    before: flash.snapshot(),
    entries: [],
  };
  const { cut } = flash.hooks;
  flash.hooks.cut = (operation, data) => {
    const before = flash.snapshot();
    journal.entries.push({ ...operation, data: data?.slice(), before, ...more(operation) });
    return cut?.(operation, data);
  };
  return journal;
}

/** The flash as the power leaves it in that phase of an operation; `chance` draws the bits of a torn one. */
export function cutState(
  size: number,
  entry: JournalEntry,
  phase: CutPhase,
  chance?: () => number,
): NorFlash {
  const { index, offset, length, data } = entry;
  const flash = new NorFlash(size, entry.before);
  flash.operations = index;
  flash.hooks = { cut: () => phase, chance };
  try {
    if (data) flash.write(offset, data);
    else flash.erase(offset, length);
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
  }
  flash.hooks = {};
  return flash;
}
