import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../auth/mint.ts';
import { form, testImage, testServer } from '../test-support.ts';
import { type OpenApiDocument, openApiDocument } from './document.ts';
import { fire, type Shot, shotsOf, type World } from './testing/requests.ts';
import { faults } from './testing/validate.ts';

const SEED = 20260101;
/** Requests for each operation; the real PostgreSQL gets fewer, since the shapes are the same there. */
const RUNS = Number(process.env.OTA_CONTRACT_RUNS ?? (process.env.OTA_TEST_DATABASE ? 10 : 40));
/** What the requests have changed is put back after so many. */
const FRESH_EVERY = 15;
const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
const auth = { adminToken: 'admin', gatewayKey: 'gateway', jwtSecret: SECRET };
const IMAGES = ['1.0.0', '1.1.0', '1.2.0'].map((version) => testImage({ version }));

let t: Awaited<ReturnType<typeof testServer>>;
let world: World;
let document: OpenApiDocument;
const failures: unknown[] = [];
beforeAll(async () => {
  t = await testServer({
    auth,
    maxUploadSize: 16_384,
    logError: (error) => failures.push(error),
  });
  document = openApiDocument(t.server.routes, '1');
  const md5s = await seed();
  const device = await mintToken(SECRET, { role: 'device', id: 7 });
  world = {
    document,
    files: IMAGES,
    credentials: {
      adminToken: { authorization: 'Bearer admin' },
      deviceToken: { authorization: `Bearer ${device}` },
      gatewayKey: { 'x-api-key': 'gateway' },
    },
    hints: {
      '{id}': [1, 2, 3],
      '{node_id}': ['abc', 'def'],
      node_type: ['pir', 'led'],
      target_node_type: ['pir'],
      target_node_id: ['abc', null],
      version: ['1.0.0', '1.1.0', '1.2.0', '3.0.0'],
      hardware: ['ESP32'],
      firmware_id: [1, 2],
      current_part: [1, 5],
      total_parts: [5],
      running_md5: md5s,
      confirmed: [true],
      allow_raw: ['true'],
      ...deviceHints(),
    },
    examples: {
      post_api_ota_admin_firmware: IMAGES.map((file, i) => ({
        device_type: 'scale',
        version: `1.${i}.0`,
        file_size: file.length,
        file_hash: sha256(file),
        binary_path: `scale/v1.${i}.0.bin`,
      })),
      post_api_v1_ota_updates_id_node_node_id_progress: [
        { current_part: 1, total_parts: 5 },
        { current_part: 5, total_parts: 5, running_md5: md5s[1], confirmed: true },
      ],
    },
  };
});
afterAll(() => t.server.close());

const sha256 = (file: Uint8Array) => createHash('sha256').update(file).digest('hex');

function deviceHints() {
  const { length } = IMAGES[0]!;
  return {
    '{firmware_id}': [1, 2, 3],
    device_id: [7],
    device_type: ['scale'],
    current_version: ['0.9.0', '1.0.0', 'v1.1', 'odd'],
    build_number: [1],
    file_size: [length],
    file_hash: IMAGES.map(sha256),
    binary_path: ['scale/v1.0.0.bin', 'scale/v1.1.0.bin', 'scale/v1.2.0.bin'],
    min_current_version: ['1.0.0', null],
    released_at: ['2026-01-01T00:00:00Z', null],
    log_id: [1, 2],
    limit: ['10'],
    offset: ['0', '1'],
    since: ['2025-01-01T00:00:00Z'],
  };
}

const ADMIN = { authorization: 'Bearer admin' };
const GATEWAY = { 'x-api-key': 'gateway' };

/** What both contracts hold; answers the images' MD5s. */
async function seed(): Promise<string[]> {
  await t.server.reset();
  await seedDevices();
  return seedMesh();
}

/** Firmware 1 stable, 2 a beta, 3 stored only; device 7 has been offered 1. */
async function seedDevices(): Promise<void> {
  const send = (path: string, body: FormData | object, headers: Record<string, string> = ADMIN) => {
    const json = body instanceof FormData ? body : JSON.stringify(body);
    const type = body instanceof FormData ? {} : { 'content-type': 'application/json' };
    const init = { method: 'POST', body: json, headers: { ...type, ...headers } };
    return t.result(t.server.fetch(new Request(`http://ota.test/api/ota${path}`, init)));
  };
  for (const [i, file] of IMAGES.entries()) {
    const key = { device_type: 'scale', version: `1.${i}.0` };
    const { body } = await send('/admin/upload', form(file, key));
    const { filename: _name, md5: _md5, image: _image, warnings: _warnings, ...stored } = body;
    const release = { ...key, ...stored, build_number: 1, is_stable: i === 0 };
    if (i < 2) await send('/admin/firmware', release);
  }
  const request = { device_id: 7, device_type: 'scale', current_version: '0.9.0' };
  await send('/check', request, world?.credentials.deviceToken);
}

/** Firmware 1 to 3, update 1 pending, 2 in progress, 3 cancelled. */
async function seedMesh(): Promise<string[]> {
  const md5s: string[] = [];
  for (const [i, file] of IMAGES.entries()) {
    const fields = { node_type: 'pir', version: `1.${i}.0` };
    const sent = { method: 'POST', headers: ADMIN, body: form(file, fields) };
    const { body } = await t.result(t.request('/firmware/upload', sent));
    md5s.push(body.md5_hash);
  }
  await t.post('/ota/updates', { firmware_id: 1 }, ADMIN);
  await t.post('/ota/updates', { firmware_id: 2, target_node_id: 'abc' }, ADMIN);
  await t.post('/ota/updates', { firmware_id: 3, target_node_id: 'def' }, ADMIN);
  await t.request('/ota/updates/3', { method: 'DELETE', headers: ADMIN });
  await t.post('/ota/updates/2/start', undefined, { ...GATEWAY, 'x-gateway-id': 'gw-1' });
  return md5s;
}

/** Sends one request and holds the answer to what the document says of it; answers the status. */
async function shoot(shot: Shot, path: string): Promise<number> {
  const { responses } = document.paths[path]![shot.method.toLowerCase()]!;
  const response = await t.server.fetch(fire(shot));
  const text = await response.text();
  const { status } = response;
  expect(status, text).toBeLessThan(500);
  expect(Object.keys(responses), text).toContain(String(status));
  const [[type, media] = ['', undefined]] = Object.entries(responses[status]?.content ?? {});
  const given = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (shot.method === 'HEAD' || !media) {
    expect(text).toBe('');
    return status;
  }
  expect(given, text.slice(0, 200)).toBe(type.split(';')[0]);
  if (!/\bjson$/.test(type)) return status;
  const body = JSON.parse(text);
  expect(faults(media.schema, body, document.components.schemas)).toEqual([]);
  if (status >= 400) expect(body.status).toBe(status);
  return status;
}

describe('every operation, asked well and badly', () => {
  it('is tried', { timeout: 120_000 + RUNS * 2000 }, async () => {
    const seen = new Map<string, Map<number, number>>();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        const statuses = new Map<number, number>();
        seen.set(`${method.toUpperCase()} ${path}`, statuses);
        const reads = method === 'get' || method === 'head';
        let shots = 0;
        await seed();
        const property = fc.asyncProperty(shotsOf(world, method, path, operation), async (shot) => {
          if (shots++ % FRESH_EVERY === 0) await seed();
          const status = await shoot(shot, path);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        });
        const numRuns = reads ? Math.ceil(RUNS / (operation.parameters.length > 0 ? 2 : 8)) : RUNS;
        await fc.assert(property, { seed: SEED, numRuns });
      }
    }
    expect(failures).toEqual([]);
    if (process.env.OTA_CONTRACT_RUNS) console.log(seen);
    // A test that only ever saw refusals would prove little.
    const never = [...seen].filter(([, statuses]) => ![...statuses.keys()].some((s) => s < 300));
    if (RUNS >= 40) expect(never.map(([name]) => name)).toEqual([]);
  });
});
