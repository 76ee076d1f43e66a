import { describe, expect, it } from 'vitest';
import { cutName, cutStep, type PowerCut, parseCut } from './cut-point.ts';
import { dropName, dropStep, parseDrop } from './frame-point.ts';
import { mishapFlag, mishapStep, parseMishap } from './mishap.ts';

const CUT: PowerCut = { board: 'pir-1', operation: 17, phase: 'half', offUs: 5_000_000 };

describe('a cut', () => {
  it.each([
    ['pir-1:17:half', CUT],
    ['pir-1:17:half:250ms', { ...CUT, offUs: 250_000 }],
    ['n.1:1:out-of-order', { ...CUT, board: 'n.1', operation: 1, phase: 'out-of-order' as const }],
  ])('%s is read, and written again', (text, cut) => {
    expect(parseCut(text)).toEqual(cut);
    expect(cutName(cut)).toBe(text);
  });

  it.each([
    '',
    'pir-1',
    'pir-1:0:half',
    'pir-1:17:most',
    'pir-1:17:half:5',
    ':1:half',
    'a:-1:half',
  ])('%j is none', (text) => {
    expect(() => parseCut(text)).toThrow(/such as pir-1:17:half/);
  });

  it('is a step and a flag', () => {
    expect(cutStep(CUT)).toEqual({ 'at 0s': 'cut power pir-1 at operation 17 half for 5s' });
    expect(mishapStep({ cut: CUT })).toEqual(cutStep(CUT));
    expect(mishapFlag(parseMishap('cut', 'pir-1:17:half'))).toBe('--cut pir-1:17:half');
  });
});

describe('a lost frame', () => {
  const drop = { from: 'gateway', to: 'pir-1', number: 40 };

  it('is read and written, a step and a flag', () => {
    expect(parseDrop('gateway:pir-1:40')).toEqual(drop);
    expect(dropName(drop)).toBe('gateway:pir-1:40');
    expect(mishapStep({ drop })).toEqual(dropStep(drop));
    expect(dropStep(drop)).toEqual({ 'at 0s': 'drop frame 40 from gateway to pir-1' });
    expect(mishapFlag(parseMishap('drop', 'gateway:pir-1:40'))).toBe('--drop gateway:pir-1:40');
  });

  it.each(['gateway:40', 'gateway:pir-1:0', 'a:b:c:4', 'a b:c:4'])('%j is none', (text) => {
    expect(() => parseDrop(text)).toThrow(/such as gateway:pir-1:17/);
  });
});
