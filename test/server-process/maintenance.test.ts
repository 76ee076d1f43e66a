import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOtaServer } from '../../mock-server/index.ts';
import { openStore } from '../../mock-server/store/store.ts';
import { form, testImage } from '../../mock-server/test-support.ts';
import { runCliHere } from '../support/cli-here.ts';

const DAY = 24 * 3600 * 1000;
let dir: string;
let data: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ota-keep-'));
  data = join(dir, 'data');
  const server = await createOtaServer({ dataDir: data });
  const body = form(testImage(), { node_type: 'pir', version: '1.1.0' });
  const request = new Request('http://ota.test/api/v1/firmware/upload', { method: 'POST', body });
  expect((await server.fetch(request)).status).toBe(201);
  const now = Date.now();
  for (const [id, age] of [
    [1, 40 * DAY],
    [2, DAY],
  ] as const) {
    const at = now - age;
    const row = {
      device_id: id,
      firmware_id: null,
      status: 'failed',
      bytes_downloaded: 0,
    } as const;
    await server.store.db
      .insertInto('device_ota_log')
      .values({ ...row, created_at: at, updated_at: at, completed_at: at })
      .execute();
  }
  await server.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ota = (...args: string[]) => runCliHere([...args, '--data', data]);

async function devicesInLog(): Promise<number[]> {
  const store = await openStore(join(data, 'ota.sqlite'));
  const rows = await store.rows.deviceLog();
  await store.close();
  return rows.map((row) => row.device_id);
}

describe('ota server', () => {
  it('says which migrations there are', async () => {
    const { code, stdout } = await ota('server', 'migrate', 'status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^applied {2}001_mesh\napplied {2}002_\w+\n/);
    expect((await ota('server', 'migrate')).stdout).toBe('nothing to do\n');
  });

  it('backs up, purges, and restores what was there', async () => {
    const folder = join(dir, 'backup');
    expect(await ota('server', 'backup', folder)).toMatchObject({
      code: 0,
      stdout: `backup in ${folder}\n`,
    });
    const purged = await ota('server', 'purge-logs', '--keep', '30d');
    expect(purged).toMatchObject({ code: 0, stdout: '1 log row deleted\n' });
    expect(await devicesInLog()).toEqual([2]);
    const refused = await ota('server', 'restore', folder);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^ota: [^\n]+\n$/);
    const restored = await ota('server', 'restore', folder, '--replace');
    expect(restored).toMatchObject({ code: 0, stdout: `restored from ${folder}\n` });
    expect(await devicesInLog()).toEqual([1, 2]);
  });

  it('removes only image files that no row names', async () => {
    const { code, stdout } = await ota('server', 'gc', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('0 images (0 bytes) and 0 names would go');
    expect(readdirSync(join(data, 'images', '.sha256'))).toHaveLength(1);
  });

  it('refuses what it does not understand, in a sentence', async () => {
    const cases: [string[], RegExp][] = [
      [['server', 'purge-logs'], /required option '--keep <TIME>'/],
      [['server', 'purge-logs', '--keep', '30'], /Give a time such as 90s, 15m, 24h or 30d/],
      [['server', 'migrate', 'sideways'], /Allowed choices are up, down, status/],
      [['token', 'device', '--id', 'door'], /Give a number from 0 to/],
      [['token', 'revoke'], /Which tokens\? Give --jti for one/],
    ];
    for (const [args, sentence] of cases) {
      const { code, stderr } = await ota(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr).not.toMatch(/\.ts:\d/);
    }
  });
});

describe('ota token', () => {
  it('prints a token and nothing else, and tells of new secrets', async () => {
    const first = await ota('token', 'admin', '--ttl', '1h');
    expect(first.stderr).toContain('made new secrets in');
    const [, payload = ''] = first.stdout.trim().split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({ role: 'admin', sub: 'admin' });
    expect(claims.exp - claims.iat).toBe(3600);
    expect(first.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('puts a new link key before the old one', async () => {
    const keys = () => JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')).link_keys;
    const [old] = keys();
    const { stdout } = await ota('token', 'rotate-links');
    expect(keys()).toHaveLength(2);
    expect(keys()[1]).toEqual(old);
    expect(stdout).toContain(keys()[0].id);
  });
});
