import { describe, expect, it } from 'vitest';
import { OTA_STATE } from '../../tools/formats/otadata.ts';
import { noRetry } from './no-retry.ts';
import { image, md5Of, TestFleet } from './testing/fleet.ts';

const { NEW, PENDING_VERIFY, VALID, INVALID, ABORTED } = OTA_STATE;
const OLD = image('pir', '1.0.0');
const BAD = image('pir', '1.1.0');

/** The image was taken, and ran once. */
function onTrial(): TestFleet {
  const fleet = new TestFleet(noRetry, { pir: { app: OLD, role: 'pir' } });
  fleet.publish(BAD, 'pir');
  fleet.otadata('pir', 0, 1, VALID);
  tried(fleet);
  return fleet;
}

function tried(fleet: TestFleet): void {
  fleet.install('pir', 1, BAD);
  fleet.otadata('pir', 1, 2, NEW);
  fleet.reset('pir');
  fleet.otadata('pir', 1, 2, PENDING_VERIFY);
  fleet.boot('pir', 1, md5Of(BAD));
}

function fellBack(fleet: TestFleet, cause: string): void {
  fleet.reset('pir', cause);
  fleet.otadata('pir', 1, 2, ABORTED);
  fleet.boot('pir', 0, md5Of(OLD));
}

const AGAIN = [`pir runs ${md5Of(BAD)} again, which it fell back from`];

describe('no-retry', () => {
  it.each(['PANIC', 'TASK_WDT', 'INT_WDT'])('holds a %s against the image', (cause) => {
    const fleet = onTrial();
    fellBack(fleet, cause);
    expect(fleet.findings).toEqual([]);
    tried(fleet);
    expect(fleet.findings).toEqual(AGAIN);
  });

  it('lets a board that updates directly try twice', () => {
    const fleet = new TestFleet(noRetry, { pir: { app: OLD } });
    fleet.publish(BAD);
    fleet.otadata('pir', 0, 1, VALID);
    for (let i = 0; i < 2; i++) {
      tried(fleet);
      fellBack(fleet, 'PANIC');
    }
    expect(fleet.findings).toEqual([]);
    tried(fleet);
    expect(fleet.findings).toEqual(AGAIN);
  });

  it("holds the image's own refusal against it", () => {
    const fleet = onTrial();
    fleet.otadata('pir', 1, 2, INVALID);
    fleet.reset('pir', 'SW');
    fleet.boot('pir', 0, md5Of(OLD));
    tried(fleet);
    expect(fleet.findings).toEqual(AGAIN);
  });

  it.each(['POWERON', 'SW', 'BROWNOUT'])('does not hold a %s against it', (cause) => {
    const fleet = onTrial();
    fellBack(fleet, cause);
    tried(fleet);
    expect(fleet.findings).toEqual([]);
  });

  it.each([
    ['publish pir-1.1.0 forced', []],
    ['note "still broken"', AGAIN],
    ['cut power gateway for 5s', AGAIN],
  ])('after "%s" finds %j', (step, findings) => {
    const fleet = onTrial();
    fellBack(fleet, 'PANIC');
    fleet.record('world', 'step', step);
    tried(fleet);
    expect(fleet.findings).toEqual(findings);
  });
});
