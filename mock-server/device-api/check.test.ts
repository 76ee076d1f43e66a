import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceServer } from './test-support.ts';

let t: Awaited<ReturnType<typeof deviceServer>>;
beforeEach(async () => {
  t = await deviceServer();
});
afterEach(() => t.server.close());

const HOUR = 3600;
const statuses = async () => (await t.log()).map((row) => `${row.firmware_id} ${row.status}`);

describe('POST /api/ota/check', () => {
  it('offers all that a device needs', async () => {
    const { body: firmware } = await t.register({
      version: '1.1.0',
      build: 4,
      more: { min_current_version: '1.0.0', description: 'better' },
    });
    const offer = await t.check('1.0.0', { current_build: 1 });
    expect(offer).toEqual({
      update_available: true,
      firmware_id: 1,
      version: '1.1.0',
      build_number: 4,
      file_size: firmware.file_size,
      file_hash: firmware.file_hash,
      download_url: expect.stringMatching(
        /^http:\/\/ota\.test\/api\/ota\/download\/1\?expires=\d+&key=k0&sig=[0-9a-f]{64}$/,
      ),
      min_current_version: '1.0.0',
      description: 'better',
      log_id: 1,
    });
    const response = await t.server.fetch(new Request(offer.download_url));
    expect(response.headers.get('etag')).toBe(`"${firmware.file_hash}"`);
    expect((await response.arrayBuffer()).byteLength).toBe(firmware.file_size);
  });

  it('offers nothing where there is nothing, and says why', async () => {
    expect(await t.check('1.0.0')).toEqual({
      update_available: false,
      reason: 'no stable, active firmware for this device type',
    });
    await t.register({ version: '1.0.0' });
    expect(await t.check('1.0.0')).toEqual({ update_available: false, reason: 'up to date' });
    expect(await t.check('0.1.0', { device_type: '../other\0' })).toMatchObject({
      update_available: false,
    });
    expect(await t.log()).toEqual([]);
  });

  it('walks a device through releases that others need first', async () => {
    await t.register({ version: '2.0.0', more: { min_current_version: '1.0.0' } });
    await t.register({ version: '3.0.0', more: { min_current_version: '2.0.0' } });
    expect((await t.check('1.0.0')).version).toBe('2.0.0');
    expect((await t.check('2.0.0')).version).toBe('3.0.0');
    expect(await t.check('3.0.0')).toMatchObject({ update_available: false });
    expect(await statuses()).toEqual(['1 success', '2 success']);
    expect((await t.log()).every((row) => row.confirmed_at !== null)).toBe(true);
  });

  it('sees every change of what is offered at once', async () => {
    await t.register({ version: '2.0.0', more: { is_stable: false } });
    const offered = async () => (await t.check('1.0.0')).update_available;
    expect(await offered()).toBe(false);
    await t.send('PATCH', '/api/ota/admin/firmware/1', { is_stable: true });
    expect(await offered()).toBe(true);
    await t.send('DELETE', '/api/ota/admin/firmware/1');
    expect(await offered()).toBe(false);
  });

  it('offers the way back from a version that was withdrawn', async () => {
    await t.register({ version: '1.0.0' });
    await t.register({ version: '2.0.0' });
    await t.check('1.0.0');
    expect(await t.check('2.0.0')).toMatchObject({ update_available: false });
    await t.send('DELETE', '/api/ota/admin/firmware/2');
    expect(await t.check('2.0.0')).toMatchObject({ version: '1.0.0', downgrade: true, log_id: 2 });
    expect(await t.check('1.0.0')).toMatchObject({ update_available: false });
    expect(await statuses()).toEqual(['2 success', '1 success']);
  });

  it('answers whatever version the field reports, and notes what it cannot read, once', async () => {
    await t.register({ version: '9.0.0' });
    for (const version of ['a1b2c3d', 'a1b2c3d', '\0', '', '1.2.3.4', 'x'.repeat(5000)]) {
      const answer = await t.check(version);
      expect(answer).toEqual({
        update_available: false,
        reason: expect.stringMatching(/1\.2\.3$/),
      });
    }
    const rows = await t.log();
    expect(rows.map((row) => row.from_version?.slice(0, 9))).toEqual([
      'a1b2c3d',
      '\uFFFD',
      '',
      '1.2.3.4',
      'xxxxxxxxx',
    ]);
    expect(rows[0]).toMatchObject({ firmware_id: null, status: 'failed' });
    expect(rows[0]?.error_message).toBe('current_version "a1b2c3d" cannot be read');
    expect(rows.at(-1)?.from_version).toHaveLength(64);
    for (const version of ['v8.1', '8.1.0-4-gabcdef0-dirty', '8']) {
      expect((await t.check(version, { device_id: 8 })).version).toBe('9.0.0');
    }
  });

  it('refuses wrong types, and names them', async () => {
    const good = { device_id: 7, device_type: 'scales', current_version: '1.0.0' };
    const wrong: [object, string][] = [
      [{ device_id: '7' }, 'device_id'],
      [{ device_id: 1.5 }, 'device_id'],
      [{ device_id: -1 }, 'device_id'],
      [{ device_id: 2 ** 53 }, 'device_id'],
      [{ device_type: null }, 'device_type'],
      [{ current_version: 1 }, 'current_version'],
      [{ current_build: '1' }, 'current_build'],
    ];
    for (const [more, path] of wrong) {
      const answer = await t.send('POST', '/api/ota/check', { ...good, ...more });
      expect([more, answer.status, answer.body.errors?.[0]?.path]).toEqual([more, 422, path]);
    }
    const largest = await t.check('1.0.0', { device_id: 2 ** 53 - 1, unknown: 'key' });
    expect(largest.update_available).toBe(false);
  });
});

describe("a log row's life", () => {
  beforeEach(() => t.register({ version: '2.0.0' }));

  it('is opened by an offer and reused by the same one', async () => {
    const { log_id } = await t.check('1.0.0');
    await t.report('downloading', { log_id, bytes_downloaded: 100 });
    t.clock.advance(HOUR);
    expect((await t.check('1.0.0')).log_id).toBe(log_id);
    const [row, ...others] = await t.log();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      status: 'downloading',
      bytes_downloaded: 100,
      from_version: '1.0.0',
    });
    expect(row?.updated_at).toBe(t.clock.now());
  });

  it('is closed by a newer target', async () => {
    await t.check('1.0.0');
    await t.register({ version: '3.0.0' });
    expect((await t.check('1.0.0')).log_id).toBe(2);
    const [first] = await t.log();
    expect(first).toMatchObject({ status: 'failed', error_message: 'superseded by 3.0.0' });
    expect(first?.completed_at).toBe(t.clock.now());
  });

  it('is a success only when the device is heard from the new version', async () => {
    await t.check('1.0.0');
    expect(await t.report('success')).toMatchObject({ log_id: 1, status: 'success' });
    expect((await t.log())[0]).toMatchObject({ status: 'success', confirmed_at: null });
    t.clock.advance(10);
    await t.check('2.0.0');
    expect((await t.log())[0]).toMatchObject({ status: 'success', confirmed_at: t.clock.now() });
  });

  it('is rolled back where a device that said success runs the old version', async () => {
    await t.check('1.0.0');
    await t.report('success');
    expect(await t.check('1.0.0')).toMatchObject({ version: '2.0.0', log_id: 2 });
    expect(await statuses()).toEqual(['1 rolled_back', '1 pending']);
    expect((await t.log())[0]?.error_message).toMatch(/reported success and runs 1\.0\.0 again/);
  });

  it('is not proven by a version that only looks alike', async () => {
    await t.check('1.0.0');
    await t.report('installing');
    await t.check('2.0.0-dirty');
    expect(await statuses()).toEqual(['1 installing']);
  });

  it('stays open over a power cut, and fails after a day of silence', async () => {
    await t.check('1.0.0');
    await t.report('installing');
    t.clock.advance(23 * HOUR);
    expect((await t.check('1.0.0')).log_id).toBe(1);
    t.clock.advance(24 * HOUR);
    expect((await t.check('1.0.0')).log_id).toBe(2);
    const [row] = await t.log();
    expect(row).toMatchObject({
      status: 'failed',
      error_message: 'not heard since 2026-01-01T23:00:00.000Z',
    });
  });

  it('fails for whoever looks, where the device stays silent for ever', async () => {
    await t.check('1.0.0');
    t.clock.advance(24 * HOUR);
    const { body } = await t.send('GET', '/api/ota/admin/logs?status=failed');
    expect(body).toMatchObject([
      { id: 1, error_message: 'not heard since 2026-01-01T00:00:00.000Z' },
    ]);
  });

  it('is right in the end where the update worked after all', async () => {
    await t.check('1.0.0');
    await t.report('failed', { error_message: 'timeout' });
    await t.check('2.0.0');
    await t.check('2.0.0');
    expect(await statuses()).toEqual(['1 failed', '1 success']);
    expect((await t.log())[1]?.confirmed_at).toBe(t.clock.now());
  });

  it('is one, however many checks come at once', async () => {
    const offers = await Promise.all(Array.from({ length: 20 }, () => t.check('1.0.0')));
    expect(new Set(offers.map((offer) => offer.log_id)).size).toBe(1);
    expect(await statuses()).toEqual(['1 pending']);
  });
});
