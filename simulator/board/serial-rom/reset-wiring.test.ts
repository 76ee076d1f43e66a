import { describe, expect, it } from 'vitest';
import { pinsOf, usbJtagEffect } from './reset-wiring.ts';

const LINES = [
  { dtr: false, rts: false },
  { dtr: false, rts: true },
  { dtr: true, rts: false },
  { dtr: true, rts: true },
];

describe('reset wiring', () => {
  it('of two transistors: one line alone pulls, both do nothing', () => {
    expect(LINES.map((lines) => pinsOf('transistor', lines))).toEqual([
      { en: true, io0: true },
      { en: false, io0: true },
      { en: true, io0: false },
      { en: true, io0: true },
    ]);
  });

  it('direct: each line pulls its own pin', () => {
    expect(LINES.map((lines) => pinsOf('direct', lines))).toEqual([
      { en: true, io0: true },
      { en: false, io0: true },
      { en: true, io0: false },
      { en: false, io0: false },
    ]);
  });

  it('of USB-Serial/JTAG: a request that is remembered, and a reset', () => {
    expect(LINES.map(usbJtagEffect)).toEqual(['ask-app', 'reset', 'ask-loader', 'none']);
  });
});
