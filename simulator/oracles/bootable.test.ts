import { describe, expect, it } from 'vitest';
import { bootable } from './bootable.ts';
import { image, SLOTS, TestFleet } from './testing/fleet.ts';

const APP = image('pir', '1.0.0');
const NEXT = image('pir', '1.1.0');

function started(): TestFleet {
  const fleet = new TestFleet(bootable, { pir: { app: APP } });
  fleet.reset('pir', 'POWERON');
  return fleet;
}

describe('bootable', () => {
  it('is content with an update into the other slot, and back', async () => {
    const fleet = started();
    fleet.install('pir', 1, NEXT);
    fleet.reset('pir');
    fleet.install('pir', 0, NEXT);
    await fleet.end();
    expect(fleet.findings).toEqual([]);
  });

  it('says once, and at once, that the sole app was erased', async () => {
    const fleet = started();
    fleet.install('pir', 0, NEXT);
    expect(fleet.findings).toEqual(['pir has nothing left that its bootloader would load']);
    fleet.reset('pir');
    await fleet.end();
    expect(fleet.findings).toHaveLength(1);
  });

  it('does not count an app that only looks whole', () => {
    const fleet = started();
    const broken = NEXT.slice();
    broken[200]! ^= 1;
    fleet.install('pir', 1, broken);
    fleet.boards.get('pir')!.flash.erase(SLOTS[0].offset, 0x1000);
    expect(fleet.findings).toHaveLength(1);
  });

  it('sees what a power cut tore', () => {
    const fleet = started();
    const { flash } = fleet.boards.get('pir')!;
    fleet.torn('pir', () => flash.erase(SLOTS[0].offset, 0x1000));
    expect(fleet.findings).toHaveLength(1);
  });

  it.each([
    ['bootloader', 0x1000],
    ['partition table', 0x8000],
  ])('asks for the %s, too', async (_, offset) => {
    const fleet = started();
    fleet.boards.get('pir')!.flash.erase(offset, 0x1000);
    await fleet.end();
    expect(fleet.findings).toHaveLength(1);
  });

  it('leaves a board alone that never had power', async () => {
    const fleet = new TestFleet(bootable, { pir: { app: APP } });
    fleet.install('pir', 0, new Uint8Array(16));
    await fleet.end();
    expect(fleet.findings).toEqual([]);
  });
});
