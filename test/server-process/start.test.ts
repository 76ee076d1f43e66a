import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { form, testImage } from '../../mock-server/test-support.ts';
import { runCli } from '../support/cli.ts';
import { hasCurl, realCurl } from '../support/curl.ts';
import { type ServerProcess, startServerProcess } from './process.ts';
import { rawClient, within } from './sockets.ts';

let dir: string;
const running: ServerProcess[] = [];
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ota start '));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function start(args: string[] = [], env: Record<string, string> = {}, name = 'data') {
  const server = await startServerProcess({ dataDir: join(dir, name), args, env });
  running.push(server);
  return server;
}

interface Stored {
  admin_token: string;
  gateway_key: string;
  jwt_secret: string;
  link_keys: { id: string; secret: string }[];
}
const stored = (name = 'data') =>
  JSON.parse(readFileSync(join(dir, name, 'secrets.json'), 'utf8')) as Stored;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ota = (...args: string[]) => runCli([...args, '--data', join(dir, 'data')]);

async function uploadMesh(url: string, file: Uint8Array<ArrayBuffer>, data = 'data') {
  const answer = await fetch(`${url}/api/v1/firmware/upload`, {
    method: 'POST',
    headers: bearer(stored(data).admin_token),
    body: form(file, { node_type: 'pir', version: '1.1.0' }),
  });
  expect(answer.status).toBe(201);
}

/** The words that a POSIX shell makes of a line. */
function words(line: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', `printf '%s\\n' ${line}`], (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim().split('\n')),
    );
  });
}

describe('ota server start', () => {
  it('says where it is, and a curl line that works when pasted', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const secrets = join(dir, 'data', 'secrets.json');
    expect(server.stdout()).toContain(secrets);
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
    const line = /^ {2}(curl .*)$/m.exec(server.stdout())?.[1] ?? '';
    if (hasCurl) {
      expect(await realCurl(line, { cwd: dir })).toMatchObject({ status: 200, body: '[]' });
    }
    const [curl, flag, header, url] = await words(line);
    expect([curl, flag]).toEqual(['curl', '-H']);
    const [name, value] = (header ?? '').split(': ') as [string, string];
    expect((await fetch(url as string, { headers: { [name]: value } })).status).toBe(200);
    expect((await fetch(url as string)).status).toBe(401);
  });

  it('logs every request with an id, and no secret whatever happens to it', async () => {
    const server = await start(['--log', 'json']);
    const { admin_token, gateway_key, jwt_secret, link_keys } = stored();
    const device = (await ota('token', 'device', '--id', '7')).stdout.trim();
    await uploadMesh(server.url, testImage());
    const path = '/api/v1/firmware/1/download';
    const asked = await fetch(`${server.url}${path}`, {
      headers: { 'x-api-key': gateway_key, 'x-request-id': 'board-7.1' },
    });
    expect(asked.headers.get('x-request-id')).toBe('board-7.1');
    const odd = await fetch(
      `${server.url}/api/ota/download/1?expires=9&key=x&sig=${'ab'.repeat(32)}`,
    );
    expect(odd.status).toBe(401);
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{10}-\w+$/);
    await fetch(`${server.url}/nowhere/${admin_token}?token=${device}&again=${jwt_secret}`);
    await fetch(`${server.url}/api/ota/check`, {
      method: 'POST',
      headers: bearer(device),
      body: device,
    });
    const lines = () =>
      server
        .stdout()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    await expect.poll(() => lines().length).toBe(5);
    expect(lines()[1]).toMatchObject({
      level: 'info',
      id: 'board-7.1',
      method: 'GET',
      path,
      route: '/api/v1/firmware/:id/download',
      status: 200,
      address: '127.0.0.1',
    });
    const all = server.stdout() + server.stderr();
    for (const secret of [admin_token, gateway_key, jwt_secret, device, link_keys[0]?.secret]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toContain('abab');
  });

  it('finishes a download under way when it is told to stop, takes no more, and ends with 0', async () => {
    const server = await start(['--open'], {}, 'open');
    const file = testImage({ codeSize: 15_000_000 });
    await uploadMesh(server.url, file, 'open');
    const client = rawClient(server.url);
    client.socket.write('GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => client.text().length).toBeGreaterThan(0);
    client.socket.pause();
    server.kill('SIGTERM');
    await expect.poll(() => server.stdout()).toContain('no new requests');
    await expect(fetch(`${server.url}/health`)).rejects.toThrow('fetch failed');
    client.socket.resume();
    const text = await within(20_000, 'the download', client.ended);
    expect(text.length).toBeGreaterThan(file.length);
    expect(await within(10_000, 'the end', server.exit)).toBe(0);
  });

  it('does not wait for a stalled download once it is told twice', async () => {
    const server = await start(['--open'], {}, 'open');
    const client = rawClient(server.url);
    client.socket.pause();
    client.socket.write('GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(async () => (await fetch(`${server.url}/metrics`)).status).toBe(200);
    server.kill('SIGINT');
    await expect.poll(() => server.stdout()).toContain('no new requests');
    server.kill('SIGINT');
    expect(await within(10_000, 'the end', server.exit)).toBe(0);
    client.socket.destroy();
  });

  it('takes its settings from the environment', async () => {
    const server = await start(['--log', 'off'], {
      FIRMWARE_BASE_PATH: join(dir, 'firmware'),
      MAX_UPLOAD_SIZE: '20K',
      DOWNLOAD_BASE_URL: 'https://cdn.example/x',
      OTA_REQUIRE_HTTPS: 'true',
      OTA_TRUSTED_PROXIES: '127.0.0.1',
      ADMIN_TOKEN: 'the-admin-of-the-test',
    });
    const admin = bearer('the-admin-of-the-test');
    const upload = (file: Uint8Array<ArrayBuffer>) =>
      fetch(`${server.url}/api/ota/admin/upload`, {
        method: 'POST',
        headers: admin,
        body: form(file, { device_type: 'door', version: '1.1.0' }),
      });
    expect((await upload(testImage({ codeSize: 400_000 }))).status).toBe(413);
    const stored = await upload(testImage());
    expect(stored.status).toBe(201);
    expect(readdirSync(join(dir, 'firmware'))).toContain('door');
    const { filename, file_size, file_hash, binary_path } = (await stored.json()) as Record<
      string,
      never
    >;
    const registered = await fetch(`${server.url}/api/ota/admin/firmware`, {
      method: 'POST',
      headers: { ...admin, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ device_type: 'door', version: '1.1.0', build_number: 1, is_stable: true },
        ...{ filename, file_size, file_hash, binary_path },
      }),
    });
    expect(registered.status).toBe(201);
    const token = (await ota('token', 'device', '--id', '7')).stdout.trim();
    const check = await fetch(`${server.url}/api/ota/check`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify({ device_id: 7, device_type: 'door', current_version: '1.0.0' }),
    });
    expect(((await check.json()) as { download_url: string }).download_url).toContain(
      'https://cdn.example/x/api/ota/download/1?',
    );
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('ota_offers_total{contract="device"} 1');
    expect(metrics).toContain('ota_updates{contract="device",state="pending"} 1');
    const far = { 'x-forwarded-for': '10.1.1.1', 'x-forwarded-proto': 'http' };
    expect((await fetch(`${server.url}/health`, { headers: far })).status).toBe(403);
    const revoked = await ota('token', 'revoke', '--device', '7');
    expect(revoked.stdout).toContain('revoked');
  });
});

describe('ota server start with something wrong', () => {
  it('is one sentence, and exit code 1', async () => {
    const server = await start();
    const port = new URL(server.url).port;
    const data = join(dir, 'other');
    const cases: [string[], Record<string, string>, string][] = [
      [['--port', port], {}, `Cannot listen on 127.0.0.1:${port}: the port is in use`],
      [['--host', '203.0.113.7'], {}, 'this machine has no such address'],
      [
        ['--tls-cert', 'none.pem', '--tls-key', 'none.pem'],
        {},
        '--tls-cert: cannot read none.pem: there is no such file',
      ],
      [[], { DATABASE_URL: 'postgres://ota:geheim@127.0.0.1:9/ota' }, ''],
    ];
    for (const [args, env, sentence] of cases) {
      const { code, stderr } = await runCli(['server', 'start', '--data', data, ...args], {
        env: { OTA_PORT: '0', ...env },
      });
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toMatch(/^ota: [^\n]+[.?]\n$/);
      expect(stderr).toContain(sentence);
      expect(stderr).not.toMatch(/geheim|\.ts:\d/);
    }
  });
});
