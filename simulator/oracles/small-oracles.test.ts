import { describe, expect, it } from 'vitest';
import { OTA_STATE } from '../../tools/formats/otadata.ts';
import { ceilings } from './ceilings.ts';
import { converges } from './converges.ts';
import { noRebootLoop } from './no-reboot-loop.ts';
import type { Oracle } from './oracle.ts';
import { ownImage } from './own-image.ts';
import { publishedBytes } from './published-bytes.ts';
import { image, MINUTE, md5Of, SLOTS, TestFleet } from './testing/fleet.ts';

const APP = image('pir', '1.0.0');
const alone = (oracle: Oracle, role?: string) => new TestFleet(oracle, { pir: { app: APP, role } });

describe('own-image', () => {
  it.each([
    ['another role', 'pir', image('pir', '2.0.0'), 'led', 'pir (pir) runs an image for led, 2.0.0'],
    ['no role', 'pir', image('pir', '2.0.0'), undefined, 'runs an image for no role, 2.0.0'],
    ['another project', undefined, image('lamp', '2.0.0'), undefined, 'runs an image of lamp'],
    ['another chip', 'pir', image('pir', '2.0.0', 0x8005), 'pir', 'pir runs an image for chip 5'],
  ])('refuses an image of %s', (_, role, bytes, its, message) => {
    const fleet = alone(ownImage, role);
    fleet.boot('pir', 0, md5Of(APP));
    expect(fleet.findings).toEqual([]);
    fleet.boot('pir', 1, fleet.publish(bytes, its));
    expect(fleet.findings).toEqual([expect.stringContaining(message)]);
  });
});

describe('published-bytes', () => {
  it('refuses bytes that nobody gave to anyone, until somebody does', () => {
    const fleet = alone(publishedBytes);
    const next = image('pir', '2.0.0');
    fleet.install('pir', 1, next);
    fleet.boot('pir', 1, md5Of(next));
    expect(fleet.findings).toEqual([
      `pir runs ${md5Of(next)} from app1, which was never published`,
    ]);
    fleet.publish(next);
    fleet.boot('pir', 1, md5Of(next));
    expect(fleet.findings).toHaveLength(1);
  });

  it('refuses what another board was flashed with, and nobody published', () => {
    const other = image('pir', '6.6.6');
    const fleet = new TestFleet(publishedBytes, { pir: { app: APP }, intruder: { app: other } });
    fleet.boot('intruder', 0, md5Of(other));
    expect(fleet.findings).toEqual([]);
    fleet.install('pir', 1, other);
    fleet.boot('pir', 1, md5Of(other));
    expect(fleet.findings).toHaveLength(1);
  });

  it('looks at the bytes, not at what they are said to be', () => {
    const fleet = alone(publishedBytes);
    fleet.boards.get('pir')!.flash.write(SLOTS[0].offset + 32, Uint8Array.of(0));
    fleet.boot('pir', 0, md5Of(APP));
    expect(fleet.findings).toHaveLength(1);
  });
});

describe('published-bytes, where a slot is chosen', () => {
  const chosen = (state: typeof OTA_STATE.NEW | typeof OTA_STATE.VALID, published: boolean) => {
    const fleet = alone(publishedBytes);
    const next = image('pir', '2.0.0');
    if (published) fleet.publish(next);
    fleet.otadata('pir', 0, 1, OTA_STATE.VALID);
    fleet.install('pir', 1, next);
    fleet.otadata('pir', 1, 2, state);
    return fleet.findings;
  };

  it('takes what was published', () => {
    expect(chosen(OTA_STATE.NEW, true)).toEqual([]);
  });

  it('finds other bytes before they ever run', () => {
    expect(chosen(OTA_STATE.NEW, false)).toEqual([
      expect.stringMatching(/^pir chose app1, which holds [0-9a-f]{32}: never published$/),
    ]);
  });

  it('says nothing of a state that changes', () => {
    const fleet = alone(publishedBytes);
    fleet.otadata('pir', 0, 1, OTA_STATE.VALID);
    fleet.install('pir', 0, image('pir', '2.0.0'));
    fleet.otadata('pir', 0, 1, OTA_STATE.ABORTED);
    expect(fleet.findings).toEqual([]);
  });
});

describe('no-reboot-loop', () => {
  const starts = (cause: string, count: number, every: number) => {
    const fleet = alone(noRebootLoop);
    for (let i = 0; i < count; i++) {
      fleet.now += every;
      fleet.reset('pir', cause);
    }
    return fleet.findings;
  };

  it.each([
    ['SW', 10, MINUTE / 4, []],
    ['SW', 12, MINUTE / 4, ['pir restarted 11 times in 5 minutes']],
    ['SW', 20, 2 * MINUTE, []],
    ['SW', 22, 2 * MINUTE, ['pir restarted 21 times in 60 minutes']],
    ['PANIC', 4, MINUTE, []],
    ['PANIC', 6, MINUTE, ['pir crashed 5 times in 10 minutes']],
    ['POWERON', 50, MINUTE / 10, []],
    ['EXT', 50, MINUTE / 10, []],
    ['BROWNOUT', 50, MINUTE / 10, []],
  ])('%s, %d times every %d µs: %j', (cause, count, every, findings) => {
    expect(starts(cause, count, every)).toEqual(findings);
  });
});

describe('ceilings', () => {
  const busy = (memory: { free?: number; queued?: number; airtime?: number }) => {
    const fleet = alone(ceilings, 'pir');
    const mesh = { engine: { queuedBytes: () => memory.queued ?? 0 } };
    const guest = { heap: { free: () => memory.free ?? 100_000 }, binding: { mesh } };
    const radio = { radio: { airtime: memory.airtime ?? 0 } };
    Object.assign(fleet.boards.get('pir')!, { guest, radio });
    fleet.now = MINUTE;
    return fleet;
  };

  it.each([
    [{ free: 16_384 }, []],
    [{ free: 16_383 }, ['pir has 16383 bytes of heap left']],
    [{ queued: 65_536 }, []],
    [{ queued: 65_537 }, ['65537 bytes of frames wait on pir']],
    [{ airtime: 0.9 * MINUTE }, []],
    [{ airtime: 0.95 * MINUTE }, ['the radio of pir was busy for 95 % of a minute']],
  ])('%j: %j', async (memory, findings) => {
    const fleet = busy(memory);
    await fleet.tick();
    await fleet.tick();
    expect(fleet.findings).toEqual(findings);
  });

  it('looks at every frame, not only four times a second', () => {
    const fleet = busy({ free: 100 });
    fleet.frame('pir', {});
    expect(fleet.findings).toHaveLength(1);
  });
});

describe('converges', () => {
  const { VALID, PENDING_VERIFY } = OTA_STATE;
  const story = async (state: typeof VALID | typeof PENDING_VERIFY, steps: string[], on = {}) => {
    const fleet = alone(converges, 'pir');
    fleet.otadata('pir', 0, 1, state);
    fleet.boot('pir', 0, md5Of(APP));
    Object.assign(fleet.boards.get('pir')!, on);
    for (const step of steps) fleet.record('world', 'step', step);
    fleet.now = 31 * MINUTE;
    await fleet.end();
    return fleet.findings;
  };
  const NEVER = ['pir is on trial for ever'];

  it.each([
    [['publish pir-1.1.0'], NEVER],
    [['server down'], []],
    [['server down', 'server up'], NEVER],
    [['break link a b', 'heal link b a'], NEVER],
    [['break link from a to b'], []],
    [['break link a b for 30s'], NEVER],
    [['link a b jitters by 1s'], []],
    [['server fault html_200 on check'], []],
    [['server fault html_200 on check', 'server faults off'], NEVER],
    [['allocations of pir fail'], []],
    [['allocations of pir fail', 'heal everything'], NEVER],
    [['crash pir at every start for 1min'], NEVER],
    [['certificate is expired', 'certificate is good'], NEVER],
    [['cut power pir for 1h'], []],
  ])('counts from the end of the last fault: %j', async (steps, findings) => {
    expect(await story(PENDING_VERIFY, steps)).toEqual(findings);
  });

  it('wants boards that run, if they have power', async () => {
    expect(await story(VALID, [])).toEqual([]);
    expect(await story(VALID, [], { state: 'halted', halt: 'broken' })).toHaveLength(1);
    expect(await story(PENDING_VERIFY, [], { state: 'off' })).toEqual([]);
  });

  it('finds a board that never came so far', async () => {
    const fleet = alone(converges, 'pir');
    fleet.now = 31 * MINUTE;
    await fleet.end();
    expect(fleet.findings).toEqual(['pir never started an app']);
  });
});
