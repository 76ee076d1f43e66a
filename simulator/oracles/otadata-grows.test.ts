import { describe, expect, it } from 'vitest';
import { OTA_STATE } from '../../tools/formats/otadata.ts';
import { otadataGrows } from './otadata-grows.ts';
import { image, TestFleet } from './testing/fleet.ts';

const { NEW, PENDING_VERIFY, VALID, ABORTED } = OTA_STATE;

type Write = [entry: 0 | 1, seq: number, state: (typeof OTA_STATE)[keyof typeof OTA_STATE]];

function fleetWith(...entries: Write[]) {
  const fleet = new TestFleet(otadataGrows, { pir: { app: image('pir', '1.0.0') } });
  for (const entry of entries) fleet.otadata('pir', ...entry);
  return fleet;
}

describe('otadata-grows', () => {
  it('is content with updates, confirmations, a rollback and the next try', () => {
    const fleet = fleetWith(
      [0, 1, VALID],
      [1, 2, NEW],
      [1, 2, PENDING_VERIFY],
      [1, 2, VALID],
      [0, 3, NEW],
      [0, 3, PENDING_VERIFY],
      [0, 3, ABORTED],
      // From the number that counts the vendor's code goes to the next one: the same as was given up.
      [0, 3, NEW],
    );
    expect(fleet.findings).toEqual([]);
  });

  it.each([
    ['the number that counts', [1, 3, NEW]],
    ['one below, which changes nothing', [1, 2, NEW]],
    ['a lower one where the one that counts stood', [0, 1, NEW]],
  ] satisfies [string, Write][])('refuses %s', (_, [entry, seq, state]) => {
    const fleet = fleetWith([0, 3, VALID]);
    fleet.otadata('pir', entry, seq, state);
    expect(fleet.findings).toEqual([
      `pir: entry ${entry} of otadata was given sequence ${seq}, when 3 counted`,
    ]);
  });

  it('does not excuse a wrong number because the power went earlier', () => {
    const fleet = fleetWith([0, 3, VALID]);
    fleet.record('pir', 'power', 'off');
    fleet.reset('pir', 'POWERON');
    fleet.otadata('pir', 1, 2, NEW);
    expect(fleet.findings).toHaveLength(1);
  });

  it('lets a number be given again that a power cut tore', () => {
    const fleet = fleetWith([0, 1, VALID], [1, 2, VALID], [0, 3, PENDING_VERIFY]);
    fleet.torn('pir', () => fleet.otadata('pir', 0, 3, VALID));
    fleet.reset('pir', 'POWERON');
    fleet.otadata('pir', 0, 3, NEW);
    expect(fleet.findings).toEqual([]);
  });
});
