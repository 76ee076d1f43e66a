import { describe, expect, test } from 'vitest';
import { FakeLink } from '../testing/fake-link.ts';
import {
  classicReset,
  HARD_RESET,
  parseResetSequence,
  playReset,
  USB_JTAG_RESET,
} from './sequence.ts';

describe('reset sequences', () => {
  test('the notation of esptool', () => {
    expect(parseResetSequence('D0|R1|W0.1|D1|R0|W0.05|D0')).toEqual([
      { dtr: false, rts: false },
      { dtr: false, rts: true },
      { waitMs: 100 },
      { dtr: true, rts: true },
      { dtr: true, rts: false },
      { waitMs: 50 },
      { dtr: false, rts: false },
    ]);
    expect(parseResetSequence('U1,0 | W1')).toEqual([{ dtr: true, rts: false }, { waitMs: 1000 }]);
  });

  test.each(['', 'D2', 'X1', 'W', 'W-1', 'W999', 'U1', 'D0||R1', 'R1;W1'])(
    '%j is refused, and the notation shown',
    (text) => {
      expect(() => parseResetSequence(text)).toThrow(/is no step of a reset sequence/);
    },
  );

  test('the classic one holds EN first, then lets IO0 follow', async () => {
    const link = new FakeLink();
    await playReset(link, classicReset(1));
    expect(link.signals).toEqual([
      { dtr: false, rts: true },
      { dtr: true, rts: false },
      { dtr: false, rts: false },
    ]);
  });

  test('both lines are always given, and end released', async () => {
    for (const sequence of [HARD_RESET, USB_JTAG_RESET]) {
      const link = new FakeLink();
      await playReset(link, sequence);
      expect(link.signals.at(-1)).toEqual({ dtr: false, rts: false });
      expect(link.signals.every((lines) => 'dtr' in lines && 'rts' in lines)).toBe(true);
    }
  });

  test('over USB-JTAG the way out of IO0 leads through both asserted', async () => {
    const link = new FakeLink();
    await playReset(link, USB_JTAG_RESET);
    const reset = link.signals.findIndex(({ dtr, rts }) => !dtr && rts);
    expect(link.signals[reset - 1]).toEqual({ dtr: true, rts: true });
  });

  test('without lines there is a sentence with what to do', async () => {
    const link = new FakeLink();
    link.hasLines = false;
    await expect(playReset(link, HARD_RESET)).rejects.toMatchObject({ code: 'port-lines' });
  });
});
