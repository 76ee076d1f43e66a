import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOtaServer, type OtaServer, serve } from '../mock-server/index.ts';
import { testImage } from '../mock-server/test-support.ts';
import { type CurlRunner, fetchCurl, hasCurl, realCurl } from './support/curl.ts';

const ADMIN = 'the-admin-token';
const LINES = readFileSync(new URL('fixtures/seeds/curl.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n\n')
  .map((text) => ({ from: text.split('\n')[0]!, line: text.replace(/^#.*\n/, '') }));

/** An app descriptor of ESP-IDF, as `idf.py build` leaves it, and a MeshSwarm sketch. */
const device = (version: string) =>
  testImage({ role: '', project: 'scales_bridge_tab5', version, codeSize: 8192 });
const node = testImage({ role: 'pir', version: '1.1.0' });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Story {
  /** Which line of the fixture, by what its comment says. */
  of: RegExp;
  /** The firmware.bin that lies in the folder. */
  file?: Uint8Array;
  /** What stands for a placeholder, beside host and TOKEN. */
  put?: [string | RegExp, string][];
  status: number;
  body: object;
}

const one = device('1.0.0');
const two = device('1.1.0');
const details = {
  device_type: 'scales_bridge_tab5',
  version: '1.1.0',
  build_number: 1,
  file_size: two.length,
  file_hash: sha256(two),
  binary_path: 'scales_bridge_tab5/v1.1.0.bin',
  is_stable: true,
};

/** In the order in which somebody who follows the seeds would paste them. */
const STORY: Story[] = [
  { of: /Check health/, status: 200, body: { status: 'ok' } },
  {
    of: /variant B, "1/,
    file: one,
    status: 201,
    body: { file_size: one.length, file_hash: sha256(one), warnings: [] },
  },
  {
    of: /variant B, "2/,
    put: [
      ['524288', String(one.length)],
      ['abc123...', sha256(one)],
    ],
    status: 201,
    body: { id: 1, filename: 'firmware.bin', is_stable: true, description: 'Initial release' },
  },
  { of: /"Test OTA check/, status: 200, body: { update_available: false } },
  { of: /"Upload new/, file: two, status: 201, body: { binary_path: details.binary_path } },
  {
    of: /"Register a version/,
    put: [['{...firmware details...}', JSON.stringify(details)]],
    status: 201,
    body: { id: 2, version: '1.1.0' },
  },
  { of: /"Test Endpoints/, status: 200, body: { update_available: true, firmware_id: 2 } },
  {
    of: /"Status from a device/,
    put: [
      ['123', '1'],
      ['456', '2'],
      ['524288', String(two.length)],
    ],
    status: 200,
    body: { status: 'success' },
  },
  {
    of: /"Check deployment/,
    status: 200,
    body: [{ device_id: 1, firmware_id: 2, confirmed_at: null }],
  },
  {
    of: /"Upload Firmware/,
    file: node,
    status: 201,
    body: { id: 1, node_type: 'pir', hardware: 'ESP32', release_notes: 'Bug fixes' },
  },
  { of: /"List Firmware/, status: 200, body: [{ id: 1 }] },
  { of: /"Create OTA/, status: 201, body: { id: 1, status: 'pending', force_update: false } },
  { of: /"Check Update/, status: 200, body: { id: 1, node_type: 'pir', nodes: [] } },
  { of: /"List All Updates"$/, status: 200, body: [{ id: 1 }] },
  { of: /pending ones/, status: 200, body: [{ id: 1, status: 'pending' }] },
  { of: /"Cancel/, status: 200, body: { id: 1, status: 'cancelled' } },
];

const RUNNERS: [string, CurlRunner][] = [['read here and sent by fetch', fetchCurl]];
if (hasCurl) RUNNERS.push(['pasted into a shell, with its curl', realCurl]);
else console.log('seed-curl.test.ts: there is no curl here; the lines go by fetch alone.');

describe.each(RUNNERS)("the seeds' curl lines, %s", (_, curl) => {
  let server: OtaServer;
  let url: string;
  let dir: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ota-curl-'));
    server = await createOtaServer({ auth: { adminToken: ADMIN, open: true } });
    ({ url, close } = await serve(server));
  });
  afterAll(async () => {
    await close();
    await server.close();
    rmSync(dir, { recursive: true });
  });

  it('are all of them here', () => {
    expect(STORY).toHaveLength(LINES.length);
    const used = STORY.map(({ of }) => LINES.filter(({ from }) => of.test(from)).length);
    expect(used).toEqual(STORY.map(() => 1));
  });

  it.each(STORY)('$of', async ({ of, file, put = [], status, body }) => {
    if (file) writeFileSync(join(dir, 'firmware.bin'), file);
    const { line } = LINES.find(({ from }) => of.test(from))!;
    const host = /http:\/\/(localhost:8000|server:8000|your-server\.com|server\.com)/;
    const pasted = [[host, url], ['TOKEN', ADMIN], ...put].reduce(
      (text, [what, by]) => text.replace(what as string, by as string),
      line,
    );
    const answer = await curl(pasted, { cwd: dir });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      status,
      Array.isArray(body)
        ? body.map((row) => expect.objectContaining(row))
        : expect.objectContaining(body),
    ]);
  });
});
