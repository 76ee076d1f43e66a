import { describe, expect, it } from 'vitest';
import { NorFlash, PowerLost, SECTOR_SIZE } from '../../board/nor-flash.ts';
import { CUT_PHASES } from '../../board/torn-flash.ts';
import { flashDigest } from './flash-digest.ts';
import { cutState, journalOf } from './journal.ts';

const SIZE = 4 * SECTOR_SIZE;
/** Equal draws for a flash and for what is made anew of it. */
const chance = () => {
  let n = 0;
  return () => (n++ % 10) / 10;
};

function work(flash: NorFlash): void {
  flash.write(100, Uint8Array.of(1, 2, 3, 4));
  flash.erase(0, SECTOR_SIZE);
  flash.write(
    4000,
    Uint8Array.from({ length: 700 }, (_, i) => i & 0xff),
  );
}

describe('a journal', () => {
  it('knows what each cut leaves, in every phase, as a flash that is cut there', () => {
    const whole = new NorFlash(SIZE);
    const journal = journalOf(whole, ({ index }) => ({ number: index }));
    work(whole);
    expect(journal.entries.map(({ kind, number }) => [kind, number])).toEqual([
      ['program', 0],
      ['erase', 1],
      ['program', 2],
    ]);
    for (const entry of journal.entries) {
      for (const phase of CUT_PHASES) {
        const cut = new NorFlash(SIZE);
        cut.hooks = {
          cut: ({ index }) => (index === entry.index ? phase : undefined),
          chance: chance(),
        };
        expect(() => work(cut)).toThrow(PowerLost);
        const state = cutState(SIZE, entry, phase, chance());
        expect(flashDigest(state), `${entry.index} ${phase}`).toBe(flashDigest(cut));
        expect(state.dump()).toEqual(cut.dump());
      }
    }
  });

  it('lets others cut, and writes down what they cut', () => {
    const flash = new NorFlash(SIZE);
    flash.hooks.cut = ({ kind }) => (kind === 'erase' ? 'half' : undefined);
    const journal = journalOf(flash, () => ({}));
    expect(() => work(flash)).toThrow(PowerLost);
    expect(journal.entries.map(({ kind }) => kind)).toEqual(['program', 'erase']);
  });
});

describe('the digest of a flash', () => {
  it('is of its bytes alone', () => {
    const [one, other] = [new NorFlash(SIZE), new NorFlash(SIZE)];
    const erased = flashDigest(one);
    one.write(5, Uint8Array.of(0));
    expect(flashDigest(one)).not.toBe(erased);
    one.erase(0, SECTOR_SIZE);
    other.write(0, new Uint8Array(SECTOR_SIZE).fill(0xff));
    expect(flashDigest(one)).toBe(erased);
    expect(flashDigest(other)).toBe(erased);
  });

  it('sees what is written to a sector that it has seen', () => {
    const flash = new NorFlash(SIZE);
    flash.write(0, Uint8Array.of(0xf0));
    const before = flashDigest(flash);
    flash.write(0, Uint8Array.of(0x0f));
    expect(flashDigest(flash)).not.toBe(before);
  });
});
