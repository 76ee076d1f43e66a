import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { md5 } from '../../tools/formats/md5.ts';
import { sha256 } from '../../tools/formats/sha256.ts';
import { form, testImage, testServer } from '../test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
const fields = { node_type: 'pir', version: '1.1.0' };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

beforeEach(async () => {
  t = await testServer({ maxUploadSize: 200_000 });
});
afterEach(() => t.server.close());

/** Nothing may remain of a refused upload: no row, no image, no temporary file. */
async function expectNothingKept() {
  expect(await t.server.store.rows.firmware()).toEqual([]);
  const images = join(t.server.dataDir, 'images');
  expect(await readdir(images)).toEqual(['.tmp']);
  expect(await readdir(join(images, '.tmp'))).toEqual([]);
}

describe('POST /firmware/upload', () => {
  it('takes a good image and describes it', async () => {
    const file = testImage();
    const data = form(file, { ...fields, release_notes: 'Bug fixes', is_stable: 'true' }, 'a.bin');
    const response = await t.upload(data);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/api/v1/firmware/1');
    expect(await response.json()).toMatchObject({
      id: 1,
      node_type: 'pir',
      version: '1.1.0',
      hardware: 'ESP32',
      filename: 'a.bin',
      size_bytes: file.length,
      md5_hash: hex(md5(file)),
      sha256: hex(sha256(file)),
      release_notes: 'Bug fixes',
      is_stable: true,
      created_at: '2026-01-01T00:00:00.000Z',
      warnings: [],
      image: { role: 'pir', version: '1.1.0' },
    });
  });

  it('takes the fields in any order, as curl sends the file first', async () => {
    const data = new FormData();
    data.append('node_type', 'pir');
    data.append('file', new Blob([testImage()]), 'x.bin');
    data.append('version', '1.1.0');
    expect((await t.upload(data)).status).toBe(201);
    expect(
      (await t.upload(form(testImage({ role: 'led' }), { ...fields, node_type: 'led' }))).status,
    ).toBe(201);
  });

  it('takes a body in pieces of one byte', async () => {
    const whole = new Request('http://x', { method: 'POST', body: form(testImage(), fields) });
    const type = whole.headers.get('content-type') as string;
    const bytes = await whole.bytes();
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at === bytes.length) controller.close();
        else controller.enqueue(bytes.subarray(at, ++at));
      },
    });
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': type } };
    expect((await t.request('/firmware/upload', init as RequestInit)).status).toBe(201);
  });

  it('refuses the same release again', async () => {
    await t.publish('1.1.0');
    const again = await t.result(t.upload(form(testImage(), fields)));
    expect(again.status).toBe(409);
    expect(again.body.detail).toContain('Firmware 1');
    expect((await t.upload(form(testImage(), { ...fields, version: '1.1.1' }))).status).toBe(201);
  });

  it('takes one of the same release at the same time', async () => {
    const all = Array.from({ length: 5 }, () => t.upload(form(testImage(), fields)));
    const statuses = (await Promise.all(all)).map((r) => r.status).sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
  });
});

describe('refuses a damaged image', () => {
  const good = testImage();
  /** Byte places: magic, segment count, chip id, hash flag; segment head and data; tail. */
  const places: [string, number][] = [
    ['magic', 0],
    ['segment count', 1],
    ['entry address', 4],
    ['chip id', 12],
    ['the hash flag', 23],
    ['a segment length', 28],
    ['the app descriptor', 40],
    ['code', good.length - 1000],
    ['the checksum', good.length - 33],
    ['the hash', good.length - 1],
  ];

  it.each(places)('one flipped bit in %s', async (_name, at) => {
    for (const bit of [0, 7]) {
      const bad = testImage();
      bad[at] = (bad[at] ?? 0) ^ (1 << bit);
      const answer = await t.result(t.upload(form(bad, fields)));
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].path).toBe('file');
    }
    await expectNothingKept();
  });

  it.each([0, 1, 7, 8, 23, 24, 300, good.length - 33, good.length - 32, good.length - 1])(
    'cut to %i bytes',
    async (length) => {
      expect((await t.upload(form(good.slice(0, length), fields))).status).toBe(422);
      await expectNothingKept();
    },
  );

  it('with bytes behind its end', async () => {
    const longer = new Uint8Array(good.length + 4);
    longer.set(good);
    expect((await t.upload(form(longer, fields))).status).toBe(422);
    await expectNothingKept();
  });

  it('for another role, chip or hardware', async () => {
    for (const wrong of [
      form(testImage({ role: 'led' }), fields),
      form(testImage({ chipId: 0x77 }), fields),
      form(testImage(), { ...fields, hardware: 'ESP8266' }),
      form(testImage(), { ...fields, hardware: 'ESP32-S3' }),
    ]) {
      expect((await t.upload(wrong)).status).toBe(422);
    }
    await expectNothingKept();
  });

  it('unless allow_raw, as a field or in the query, but never an empty file', async () => {
    const html = new TextEncoder().encode('<html>login</html>');
    expect((await t.upload(form(html, fields))).status).toBe(422);
    const raw = await t.result(t.upload(form(html, { ...fields, allow_raw: 'true' })));
    expect(raw.status).toBe(201);
    expect(raw.body.warnings).toHaveLength(1);
    const query = t.upload(form(html, { ...fields, version: '2.0.0' }), '?allow_raw=1');
    expect((await query).status).toBe(201);
    const none = form(new Uint8Array(0), { ...fields, version: '3.0.0', allow_raw: 'true' });
    expect((await t.upload(none)).status).toBe(422);
  });
});

describe('refuses a bad form', () => {
  it.each<[Record<string, string>, string]>([
    [{ version: '1.1.0' }, 'node_type'],
    [{ node_type: 'pir' }, 'version'],
    [{ ...fields, version: '1.1' }, 'version'],
    [{ ...fields, version: '../../etc' }, 'version'],
    [{ ...fields, node_type: '../pir' }, 'node_type'],
    [{ ...fields, node_type: 'x'.repeat(31) }, 'node_type'],
    [{ ...fields, hardware: 'ESP 32' }, 'hardware'],
    [{ ...fields, is_stable: 'perhaps' }, 'is_stable'],
    [{ ...fields, release_notes: 'a\0b' }, 'release_notes'],
    [{ ...fields, release_notes: 'x'.repeat(70_000) }, 'release_notes'],
  ])('%j', async (wrong, path) => {
    const answer = await t.result(t.upload(form(testImage(), wrong)));
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].path).toBe(path);
    await expectNothingKept();
  });

  it('without a file, with two, or with the file under another name', async () => {
    expect((await t.upload(form(undefined, fields))).status).toBe(422);
    const two = form(testImage(), fields);
    two.append('file', new Blob([testImage()]), 'b.bin');
    expect((await t.upload(two)).status).toBe(422);
    const other = form(undefined, fields);
    other.append('firmware', new Blob([testImage()]), 'b.bin');
    expect((await t.upload(other)).status).toBe(422);
    await expectNothingKept();
  });

  it('with a field twice, or too many of them', async () => {
    const twice = form(testImage(), fields);
    twice.append('version', '2.0.0');
    expect((await t.upload(twice)).status).toBe(422);
    const many = form(testImage(), fields);
    for (let i = 0; i < 30; i += 1) many.append(`f${i}`, 'x');
    expect((await t.upload(many)).status).toBe(422);
    await expectNothingKept();
  });

  it('over the limit, announced or not', async () => {
    const big = testImage({ codeSize: 300_000 });
    expect((await t.upload(form(big, fields))).status).toBe(413);
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '9e9' };
    const announced = await t.request('/firmware/upload', { method: 'POST', body: 'x', headers });
    expect(announced.status).toBe(413);
    const exact = testImage({ codeSize: 300_000 }).slice(0, 200_000);
    expect((await t.upload(form(exact, { ...fields, allow_raw: '1' }))).status).toBe(201);
  });

  it('that is not multipart, names no boundary, or ends early', async () => {
    const send = (body: RequestInit['body'], type: string) =>
      t.request('/firmware/upload', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await send('x', 'application/octet-stream')).status).toBe(415);
    expect((await send('x', 'multipart/form-data')).status).toBe(400);
    expect((await send('junk', 'multipart/form-data; boundary=b')).status).toBe(400);
    expect((await send(null, 'multipart/form-data; boundary=b')).status).toBe(400);
    const whole = new Request('http://x', { method: 'POST', body: form(testImage(), fields) });
    const type = whole.headers.get('content-type') as string;
    const bytes = await whole.bytes();
    for (const cut of [10, 100, 2000, bytes.length - 300, bytes.length - 10]) {
      expect((await send(bytes.slice(0, cut), type)).status).toBe(400);
    }
    await expectNothingKept();
  });

  it('whose sender goes away', async () => {
    const whole = new Request('http://x', { method: 'POST', body: form(testImage(), fields) });
    const bytes = await whole.bytes();
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new Error('gone'));
        else controller.enqueue(bytes.subarray(0, 2000));
        sent = true;
      },
    });
    const headers = { 'content-type': whole.headers.get('content-type') as string };
    const init = { method: 'POST', body, duplex: 'half', headers } as RequestInit;
    expect((await t.request('/firmware/upload', init)).status).toBe(400);
    await expectNothingKept();
  });
});
