import { describe, expect, it } from 'vitest';
import { OTA_STATE } from '../../tools/formats/otadata.ts';
import { confirmAfterTest } from './confirm-after-test.ts';
import { image, MINUTE, md5Of, NODE, TestFleet } from './testing/fleet.ts';

const { NEW, PENDING_VERIFY, VALID, UNDEFINED } = OTA_STATE;
const OLD = image('pir', '1.0.0');
const NEXT = image('pir', '1.1.0');
const MD5 = md5Of(NEXT);
const ACK = { type: 9, from: NODE + 1, dest: NODE, msg: `{"cmd":"ota_ack","md5":"${MD5}"}` };

/** A board with an image on trial, and a neighbour. */
function onTrial(role: string | undefined): TestFleet {
  const fleet = new TestFleet(confirmAfterTest, {
    pir: { app: OLD, role },
    gateway: { app: OLD, role: 'gateway' },
  });
  fleet.otadata('pir', 0, 1, VALID);
  fleet.otadata('pir', 1, 2, NEW);
  fleet.reset('pir');
  fleet.otadata('pir', 1, 2, PENDING_VERIFY);
  fleet.boot('pir', 1, MD5);
  fleet.now = 1000;
  return fleet;
}

const confirm = (fleet: TestFleet) => {
  fleet.otadata('pir', 1, 2, VALID);
  return fleet.findings;
};
const EARLY = [`pir confirmed ${MD5} with nothing that a self-test could pass by`];

describe('confirm-after-test, of a node', () => {
  it('refuses a confirmation out of the blue', () => {
    expect(confirm(onTrial('pir'))).toEqual(EARLY);
  });

  it('accepts one after the acknowledgement, though it came in pieces', () => {
    const fleet = onTrial('pir');
    const bytes = new TextEncoder().encode(`${JSON.stringify(ACK)}\0`);
    fleet.record('gateway', 'frame', bytes.subarray(0, 30), 1);
    fleet.record('gateway', 'frame', bytes.subarray(30), 1);
    expect(confirm(fleet)).toEqual([]);
  });

  it.each([
    ['of another image', 'gateway', { ...ACK, msg: '{"cmd":"ota_ack","md5":"00"}' }],
    ['for another board', 'gateway', { ...ACK, dest: NODE + 1 }],
    ['that it sent itself', 'pir', ACK],
  ])('does not accept an acknowledgement %s', (_, sender, frame) => {
    const fleet = onTrial('pir');
    fleet.frame(sender, frame);
    expect(confirm(fleet)).toEqual(EARLY);
  });

  it('does not accept one from before its start', () => {
    const fleet = onTrial('pir');
    fleet.frame('gateway', ACK);
    fleet.boot('pir', 1, MD5);
    expect(confirm(fleet)).toEqual(EARLY);
  });

  it.each([
    [59, EARLY],
    [60, []],
  ])('takes a peer that was heard for %d s: %j', (seconds, findings) => {
    const fleet = onTrial('pir');
    fleet.frame('gateway', { type: 5, from: NODE + 1, dest: NODE });
    fleet.now += (seconds * MINUTE) / 60;
    expect(confirm(fleet)).toEqual(findings);
  });
});

describe('confirm-after-test, of what proves itself at the server', () => {
  it('knows a gateway, which nobody acknowledges, and no other node', () => {
    for (const [role, findings] of [
      ['gateway', []],
      ['pir', EARLY],
    ] as const) {
      const fleet = onTrial(role);
      fleet.record('world', 'http', new TextEncoder().encode('HTTP/1.1 200 OK\r\n'));
      expect(confirm(fleet)).toEqual(findings);
    }
  });

  it.each([
    ['nothing', undefined, EARLY],
    ['a request of its own', 'POST /api/ota/check', EARLY],
    ['a server that fails', new TextEncoder().encode('HTTP/1.1 500 Oh\r\n'), EARLY],
    ['an answer', new TextEncoder().encode('HTTP/1.1 200 OK\r\n'), []],
  ])('after %s', (_, http, findings) => {
    const fleet = onTrial(undefined);
    if (http) fleet.record('world', 'http', http);
    expect(confirm(fleet)).toEqual(findings);
  });
});

describe('confirm-after-test, of what is written instead of a trial', () => {
  it.each([
    ['one with rollback', true, ['pir was given slot 1 as confirmed, with no trial']],
    ['one without', false, []],
  ])('looks at the bootloader: %s', (_, rollback, findings) => {
    const fleet = new TestFleet(confirmAfterTest, { pir: { app: OLD, role: 'pir', rollback } });
    fleet.otadata('pir', 0, 1, VALID);
    fleet.otadata('pir', 1, 2, VALID);
    expect(fleet.findings).toEqual(findings);
  });

  it('refuses to confirm what never ran', () => {
    const fleet = new TestFleet(confirmAfterTest, { pir: { app: OLD, role: 'pir' } });
    fleet.otadata('pir', 0, 1, UNDEFINED);
    fleet.otadata('pir', 1, 2, NEW);
    expect(confirm(fleet)).toEqual(['pir confirmed what never ran']);
  });
});
