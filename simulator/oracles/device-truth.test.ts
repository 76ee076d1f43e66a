import { beforeEach, describe, expect, it } from 'vitest';
import { deviceTruth } from './device-truth.ts';
import { image, md5Of, TestFleet } from './testing/fleet.ts';

const APP = image('lamp', '1.0.0');
const MD5 = md5Of(APP);

let fleet: TestFleet;
beforeEach(() => {
  fleet = new TestFleet(deviceTruth, { lamp: { app: APP } });
});
const log = (status: string, confirmed = false, deviceId = 1) => {
  fleet.rows.devices = [{ id: 7, deviceId, md5: MD5, status, confirmed }];
  return fleet.tick();
};

describe('device-truth', () => {
  it('believes a confirmation of what runs', async () => {
    fleet.boot('lamp', 1, MD5);
    await log('success', true);
    expect(fleet.findings).toEqual([]);
  });

  it.each([
    ['nothing yet', undefined],
    ['00000000000000000000000000000000', '0'.repeat(32)],
  ])('not while the device runs %s', async (runs, md5) => {
    if (md5) fleet.boot('lamp', 1, md5);
    await log('success', true);
    expect(fleet.findings).toEqual([
      `log 7 of device 1 is confirmed with ${MD5}; lamp runs ${runs}`,
    ]);
  });

  it.each([
    [900_000, []],
    [1_100_000, [`log 7 of device 1 is confirmed with ${MD5}; lamp runs ${'0'.repeat(32)}`]],
  ])('%i µs after another one began to run: %j', async (later, findings) => {
    fleet.boot('lamp', 1, MD5);
    fleet.now = 5_000_000;
    fleet.boot('lamp', 0, '0'.repeat(32));
    fleet.now += later;
    await log('success', true);
    expect(fleet.findings).toEqual(findings);
  });

  it('not of a number that no board has', async () => {
    await log('success', true, 5);
    expect(fleet.findings[0]).toMatch(/no board has that number/);
  });

  it("lets the device's own word be taken back, and nothing that is final", async () => {
    await log('success');
    await log('rolled_back');
    expect(fleet.findings).toEqual([]);
    await log('success');
    fleet.rows.devices = [];
    await fleet.end();
    expect(fleet.findings).toEqual([
      'log 7 of device 1 was rolled_back and is success',
      'log 7 of device 1 was success and is gone',
    ]);
  });
});
