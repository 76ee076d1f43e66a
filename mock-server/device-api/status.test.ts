import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEVICE_STATUSES, type DeviceStatus } from '../store/schema.ts';
import { deviceServer } from './test-support.ts';

let t: Awaited<ReturnType<typeof deviceServer>>;
beforeEach(async () => {
  t = await deviceServer();
  await t.register({ version: '2.0.0' });
});
afterEach(() => t.server.close());

const row = async (index = 0) => (await t.log())[index];

describe('POST /api/ota/status', () => {
  it('moves a row forward, with times and bytes', async () => {
    const { log_id } = await t.check('1.0.0');
    const start = t.clock.now();
    t.clock.advance(1);
    await t.report('downloading', { log_id, bytes_downloaded: 10 });
    t.clock.advance(1);
    await t.report('downloading', { log_id, bytes_downloaded: 30 });
    await t.report('downloading', { log_id, bytes_downloaded: 20 });
    expect(await row()).toMatchObject({
      status: 'downloading',
      bytes_downloaded: 30,
      created_at: start,
      started_at: start + 1000,
      updated_at: start + 2000,
      completed_at: null,
    });
    expect(await t.report('failed', { log_id, error_message: 'flash full' })).toEqual({
      log_id,
      status: 'failed',
      bytes_downloaded: 30,
    });
    expect(await row()).toMatchObject({ error_message: 'flash full', completed_at: start + 2000 });
  });

  it('changes nothing by repeats, late arrivals, or reports on a final row', async () => {
    const { log_id } = await t.check('1.0.0');
    await t.report('installing', { log_id });
    for (const late of ['pending', 'downloading'] as const) {
      expect(await t.report(late, { log_id, bytes_downloaded: 5 })).toMatchObject({
        status: 'installing',
      });
    }
    await t.report('success', { log_id });
    const final = await row();
    t.clock.advance(60);
    for (const status of DEVICE_STATUSES) {
      const answer = await t.report(status, { log_id, error_message: 'late', bytes_downloaded: 9 });
      expect(answer.status).toBe('success');
    }
    expect(await row()).toEqual(final);
  });

  it('without log_id speaks of the newest row of device and firmware, and makes one where there is none', async () => {
    await t.check('1.0.0');
    await t.check('1.0.0', { device_id: 8 });
    expect((await t.report('downloading')).log_id).toBe(1);
    expect((await t.report('downloading', { device_id: 8 })).log_id).toBe(2);
    expect(await t.report('success', { device_id: 9 })).toMatchObject({
      log_id: 3,
      status: 'success',
    });
    expect((await t.report('success', { device_id: 9 })).log_id).toBe(3);
    expect(await row(2)).toMatchObject({ from_version: null, confirmed_at: null });
    await t.check('2.0.0', { device_id: 9 });
    expect(await row(2)).toMatchObject({ status: 'success', confirmed_at: t.clock.now() });
  });

  it('does not lose a report whose row was purged', async () => {
    expect(await t.report('success', { log_id: 99 })).toMatchObject({
      log_id: 1,
      status: 'success',
    });
  });

  it('refuses rows of others and firmware that is not there', async () => {
    await t.register({ version: '3.0.0' });
    await t.check('1.0.0');
    const send = async (body: object) => (await t.send('POST', '/api/ota/status', body)).status;
    const report = { device_id: 7, firmware_id: 2, status: 'downloading' };
    expect(await send({ ...report, device_id: 8, log_id: 1 })).toBe(403);
    expect(await send({ ...report, firmware_id: 1, log_id: 1 })).toBe(422);
    expect(await send({ ...report, firmware_id: 99 })).toBe(404);
    for (const wrong of [
      { status: 'done' },
      { bytes_downloaded: -1 },
      { log_id: '1' },
      { device_id: null },
    ]) {
      expect(await send({ ...report, ...wrong })).toBe(422);
    }
    expect(await t.log()).toHaveLength(1);
    expect(await row()).toMatchObject({ status: 'pending' });
  });

  it('clips what a board complains about, and takes any characters', async () => {
    await t.report('failed', { error_message: `\0\ud800 ${'x'.repeat(9000)}` });
    const message = (await row())?.error_message ?? '';
    expect(message).toMatch(/^\uFFFD\uFFFD x+$/);
    expect(message.length).toBe(500);
  });

  it('never goes back, whatever order reports come in', async () => {
    const rank: Record<DeviceStatus, number> = {
      pending: 0,
      downloading: 1,
      installing: 2,
      success: 3,
      failed: 3,
      rolled_back: 3,
    };
    let device = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...DEVICE_STATUSES), { maxLength: 8 }),
        async (reports) => {
          device += 1;
          let last: DeviceStatus = 'pending';
          for (const status of reports) {
            const { status: now } = await t.report(status, { device_id: device });
            expect(rank[now as DeviceStatus]).toBeGreaterThanOrEqual(rank[last]);
            if (rank[last] === 3) expect(now).toBe(last);
            else expect(now).toBe(rank[status] > rank[last] ? status : last);
            last = now;
          }
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });
});
