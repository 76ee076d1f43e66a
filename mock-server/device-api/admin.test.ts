import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { form } from '../test-support.ts';
import { deviceServer, imageOf, sha256 } from './test-support.ts';

let t: Awaited<ReturnType<typeof deviceServer>>;
beforeEach(async () => {
  t = await deviceServer();
});
afterEach(() => t.server.close());

const UPLOAD = '/api/ota/admin/upload';
const FIRMWARE = '/api/ota/admin/firmware';
const image = imageOf('1.0.0', 'scales');

describe('POST /api/ota/admin/upload', () => {
  it('stores a file under its public name and says what it is', async () => {
    const answer = await t.upload();
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      filename: 'v1.0.0.bin',
      file_size: image.length,
      file_hash: sha256(image),
      md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      binary_path: 'scales/v1.0.0.bin',
      image: expect.objectContaining({
        project: 'scales',
        version: '1.0.0',
        flash_size_mb: 4,
        secure_version: 0,
      }),
      warnings: [],
    });
    expect(await t.server.store.rows.deviceFirmware()).toEqual([]);
  });

  it('takes the same bytes again, and refuses others for the same release', async () => {
    const first = await t.upload();
    expect(await t.upload()).toMatchObject({ status: 201, body: first.body });
    const other = await t.upload({ file: imageOf('1.0.0', 'scales', 9) });
    expect(other).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/build 1 has other bytes/) },
    });
  });

  it('names another build with other bytes by its number', async () => {
    await t.upload();
    expect((await t.upload({ build: 2 })).body.binary_path).toBe('scales/v1.0.0-b2.bin');
    expect((await t.upload({ build: 3, file: image })).body.binary_path).toBe('scales/v1.0.0.bin');
    expect((await t.upload({ type: 'door' })).body.binary_path).toBe('door/v1.0.0.bin');
  });

  it('gives one name to one of two that come at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((build) => t.upload({ build })));
    const paths = answers.map((answer) => answer.body.binary_path);
    expect(new Set(paths).size).toBe(4);
    expect(paths).toContain('scales/v1.0.0.bin');
    const same = await Promise.all([1, 2, 3].map(() => t.upload({ version: '2.0.0' })));
    expect(same.map((answer) => answer.status)).toEqual([201, 201, 201]);
  });

  it('refuses what is no image of a chip, unless told otherwise', async () => {
    const html = new TextEncoder().encode('<html>sign in</html>');
    const refused = await t.upload({ file: html });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'file' }] } });
    const raw = await t.send(
      'POST',
      `${UPLOAD}?allow_raw=true`,
      form(html, { device_type: 'scales', version: '1.0.0' }),
    );
    expect(raw).toMatchObject({ status: 201, body: { image: null } });
    expect(raw.body.warnings).not.toEqual([]);
    const cut = await t.upload({ file: image.slice(0, -1), version: '1.0.1' });
    expect(cut.status).toBe(422);
  });

  it('warns where the image calls itself something else', async () => {
    const answer = await t.upload({ file: imageOf('0.9.0', 'door') });
    expect(answer.body.warnings).toEqual([
      'the image calls itself version 0.9.0, not 1.0.0',
      'the image calls itself door, not scales',
    ]);
  });

  it.each([
    ['device_type', '../../etc'],
    ['device_type', '..'],
    ['device_type', '.hidden'],
    ['device_type', 'a/b'],
    ['device_type', 'a\\b'],
    ['device_type', '%2e%2e%2fetc'],
    ['device_type', 'a\0b'],
    ['device_type', ' '],
    ['device_type', 'x'.repeat(65)],
    ['version', '1.0'],
    ['version', 'v1.0.0'],
    ['version', '../1.0.0'],
    ['version', '1.0.0/../../x'],
    ['version', '1.0.0+meta'],
    ['version', '1.0.0\0'],
    ['version', `1.0.0-${'a'.repeat(64)}`],
    ['build_number', '-1'],
    ['build_number', '1e3'],
  ])('refuses %s %j', async (field, value) => {
    const fields = { device_type: 'scales', version: '1.0.0', [field]: value };
    const answer = await t.send('POST', UPLOAD, form(image, fields));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: field }] } });
  });
});

describe('POST /api/ota/admin/firmware', () => {
  const registration = (more: object = {}) => ({
    device_type: 'scales',
    version: '1.0.0',
    build_number: 1,
    file_size: image.length,
    file_hash: sha256(image),
    binary_path: 'scales/v1.0.0.bin',
    ...more,
  });

  it('registers a stored file, inactive for nobody and stable for nobody yet', async () => {
    await t.upload();
    const answer = await t.send(
      'POST',
      FIRMWARE,
      registration({ filename: 'firmware.bin', released_at: '2026-01-01T01:00:00+01:00' }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`${FIRMWARE}/1`);
    expect(answer.body).toMatchObject({
      id: 1,
      filename: 'firmware.bin',
      is_stable: false,
      is_active: true,
      min_current_version: null,
      image: { project: 'scales' },
      created_at: '2026-01-01T00:00:00.000Z',
      released_at: '2026-01-01T00:00:00.000Z',
    });
    expect(Object.keys(answer.body)).toHaveLength(17);
    const again = await t.send('POST', FIRMWARE, registration());
    expect(again).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^Firmware 1 is scales 1\.0\.0/) },
    });
  });

  it('takes a file that was laid there by hand', async () => {
    const folder = join(t.server.dataDir, 'images', 'scales');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'by-hand.bin'), image);
    const answer = await t.send(
      'POST',
      FIRMWARE,
      registration({ binary_path: 'scales/by-hand.bin', is_stable: true }),
    );
    expect(answer).toMatchObject({ status: 201, body: { filename: 'by-hand.bin' } });
    const other = await t.upload({ file: imageOf('1.0.0', 'scales', 9) });
    expect(other.status).toBe(409);
    const { download_url } = await t.check('0.9.0');
    const bytes = await (await t.server.fetch(new Request(download_url))).arrayBuffer();
    expect(sha256(new Uint8Array(bytes))).toBe(sha256(image));
  });

  it.each([
    ['binary_path', 'scales/v9.9.9.bin'],
    ['binary_path', '../../../etc/passwd'],
    ['binary_path', '/etc/passwd'],
    ['binary_path', 'scales/../scales/v1.0.0.bin'],
    ['binary_path', 'scales/..%2fv1.0.0.bin'],
    ['binary_path', 'scales/v1.0.0.bin\0'],
    ['binary_path', '.sha256/aa'],
    ['binary_path', 'scales'],
    ['file_size', 5],
    ['file_hash', 'ab'.repeat(32)],
    ['file_hash', 'xyz'],
    ['filename', '../x.bin'],
    ['filename', '..'],
    ['filename', 'a\0b'],
    ['device_type', '..'],
    ['version', '1.0'],
    ['min_current_version', 'one'],
    ['released_at', 'yesterday'],
    ['is_stable', 'yes'],
  ])('refuses %s %j', async (field, value) => {
    await t.upload();
    const answer = await t.send('POST', FIRMWARE, registration({ [field]: value }));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: field }] } });
    expect(await t.server.store.rows.deviceFirmware()).toEqual([]);
  });
});

describe('firmware and logs of administrators', () => {
  it('are listed, newest first, by part and filter', async () => {
    await t.register({ version: '1.0.0' });
    await t.register({ version: '1.1.0', more: { is_stable: false } });
    await t.register({ version: '1.0.0', type: 'door' });
    const ids = async (query: string) => {
      const { headers, body } = await t.send('GET', `${FIRMWARE}${query}`);
      return [Number(headers.get('x-total-count')), ...body.map((f: { id: number }) => f.id)];
    };
    expect(await ids('')).toEqual([3, 3, 2, 1]);
    expect(await ids('?device_type=scales')).toEqual([2, 2, 1]);
    expect(await ids('?is_stable=false&is_active=true')).toEqual([1, 2]);
    expect(await ids('?limit=1&offset=1')).toEqual([3, 2]);
    expect(await ids('?limit=0')).toEqual([3]);
    for (const query of [
      '?limit=1001',
      '?limit=-1',
      '?offset=x',
      '?is_stable=maybe',
      '?device_type=..',
    ]) {
      expect((await t.send('GET', `${FIRMWARE}${query}`)).status).toBe(422);
    }
  });

  it('change in what may change, and in nothing else', async () => {
    await t.register();
    t.clock.advance(5);
    const change = {
      is_stable: false,
      description: 'x',
      min_current_version: '0.9.0',
      released_at: null,
    };
    const changed = await t.send('PATCH', `${FIRMWARE}/1`, change);
    expect(changed).toMatchObject({
      status: 200,
      body: { ...change, updated_at: '2026-01-01T00:00:05.000Z' },
    });
    expect((await t.send('GET', `${FIRMWARE}/1`)).body).toEqual(changed.body);
    for (const wrong of [
      { version: '2.0.0' },
      { file_hash: 'ab'.repeat(32) },
      { is_stable: 1 },
      { id: 2 },
    ]) {
      expect((await t.send('PATCH', `${FIRMWARE}/1`, wrong)).status).toBe(422);
    }
    const named = await t.send('PATCH', `${FIRMWARE}/1`, { version: '2.0.0' });
    expect(named.body.detail).toMatch(/cannot be changed: version/);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? {} : undefined;
      expect((await t.send(method, `${FIRMWARE}/9`, body)).status).toBe(404);
    }
  });

  it('are deactivated, not deleted: the download is gone, the row stays', async () => {
    await t.register();
    const { download_url } = await t.check('0.1.0');
    const get = async () => (await t.server.fetch(new Request(download_url))).status;
    expect(await get()).toBe(200);
    expect(await t.send('DELETE', `${FIRMWARE}/1`)).toMatchObject({
      status: 200,
      body: { is_active: false },
    });
    expect(await get()).toBe(404);
    await t.send('PATCH', `${FIRMWARE}/1`, { is_active: true });
    expect(await get()).toBe(200);
  });

  it('show what devices did, by filter', async () => {
    await t.register({ version: '1.1.0' });
    await t.register({ version: '1.0.0', type: 'door' });
    await t.check('1.0.0');
    t.clock.advance(60);
    await t.check('0.9.0', { device_id: 8, device_type: 'door' });
    await t.report('failed', { device_id: 8, firmware_id: 2, error_message: 'no space' });
    const ids = async (query: string) => {
      const { headers, body } = await t.send('GET', `/api/ota/admin/logs${query}`);
      return [Number(headers.get('x-total-count')), ...body.map((row: { id: number }) => row.id)];
    };
    expect(await ids('')).toEqual([2, 2, 1]);
    expect(await ids('?device_id=7')).toEqual([1, 1]);
    expect(await ids('?firmware_id=2')).toEqual([1, 2]);
    expect(await ids('?status=failed')).toEqual([1, 2]);
    expect(await ids('?since=2026-01-01T00:00:30Z')).toEqual([1, 2]);
    expect(await ids('?since=2026-01-01T01:00:30%2B01:00&status=pending')).toEqual([0]);
    expect(await ids('?limit=1')).toEqual([2, 2]);
    const { body } = await t.send('GET', '/api/ota/admin/logs?device_id=8');
    expect(body[0]).toMatchObject({
      status: 'failed',
      from_version: '0.9.0',
      error_message: 'no space',
      confirmed_at: null,
    });
    expect(Object.keys(body[0])).toHaveLength(12);
    for (const query of [
      '?status=done',
      '?since=now',
      '?device_id=-1',
      '?device_id=9007199254740992',
    ]) {
      expect((await t.send('GET', `/api/ota/admin/logs${query}`)).status).toBe(422);
    }
  });
});

describe('GET /health', () => {
  it('says that all is well, or 503 where the database or the folder is gone', async () => {
    const version = expect.stringMatching(/^\d+\.\d+\.\d+/);
    const well = { status: 'ok', version, database: 'ok', images: 'ok' };
    expect(await t.send('GET', '/health')).toMatchObject({ status: 200, body: well });
    const other = await deviceServer();
    await other.server.close();
    const ill = { status: 'unavailable', version, database: 'unavailable', images: 'unavailable' };
    expect(await other.send('GET', '/health')).toMatchObject({ status: 503, body: ill });
  });
});
