import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServerProcess } from '../../server-process/process.ts';
import { BENCH_ENV, benchDevices, type Fixture, GATEWAY_KEY } from './fixture.ts';
import { bareHono, type Peer } from './peers.ts';
import { timeByPart } from './profile.ts';
import { type WrkRequest, wrk } from './wrk.ts';

const RANGE = 'bytes=1024-2047';
export const DOWNLOAD = '/api/v1/firmware/1/download';
const PAIRS = 3;
const DEVICES = 1000;

/** A server process on a fixture, with the rate limit off and everything else as a user has it. */
export function benchServer(fixture: Fixture, node: string[] = []): Promise<ServerProcess> {
  const args = ['--log', 'off'];
  return startServerProcess({ dataDir: fixture.dataDir, args, env: BENCH_ENV, node });
}

/** One check of each of a thousand devices, with its own token. */
export async function checkRequests(fixture: Fixture): Promise<WrkRequest[]> {
  const devices = await benchDevices(fixture, DEVICES);
  return devices.map(({ id, type, token, version }) => ({
    method: 'POST',
    path: '/api/ota/check',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ device_id: id, device_type: type, current_version: version }),
  }));
}

export const rangeRequest: WrkRequest = {
  method: 'GET',
  path: DOWNLOAD,
  headers: { 'x-api-key': GATEWAY_KEY, range: RANGE },
};

export const wholeRequest: WrkRequest = {
  method: 'GET',
  path: DOWNLOAD,
  headers: { 'x-api-key': GATEWAY_KEY },
};

/** Median rates of two loads in turn, so that a busy machine is busy for both. */
export async function pairs(
  a: () => Promise<number>,
  b: () => Promise<number>,
  count = PAIRS,
): Promise<{ a: number; b: number; ratio: number }> {
  const found: { a: number; b: number; ratio: number }[] = [];
  for (let i = 0; i < count; i += 1) {
    const one = await a();
    const other = await b();
    found.push({ a: one, b: other, ratio: one / other });
  }
  found.sort((x, y) => x.ratio - y.ratio);
  return found[Math.floor(count / 2)] as (typeof found)[number];
}

/** A load whose every answer must be good: a refusal is quick, and would count. */
export async function rateOf(url: string, requests: WrkRequest[], options = {}): Promise<number> {
  const { rate, bad } = await wrk(url, requests, options);
  if (bad > 0) throw new Error(`${bad} answers of ${url}${requests[0]?.path} were refusals.`);
  return rate;
}

/** The bare routes, with the answers that this server gives to the same requests. */
export async function bareLike(server: ServerProcess, checks: WrkRequest[]): Promise<Peer> {
  const [first] = checks as [WrkRequest];
  const check = await fetch(server.url + first.path, { ...first });
  const part = await fetch(server.url + DOWNLOAD, { headers: rangeRequest.headers });
  if (part.status !== 206) throw new Error(`The range was answered with ${part.status}.`);
  const own = ['connection', 'date', 'keep-alive', 'x-request-id'];
  return bareHono({
    check: await check.text(),
    range: Buffer.from(await part.arrayBuffer()).toString('base64'),
    headers: Object.fromEntries([...part.headers].filter(([name]) => !own.includes(name))),
  });
}

/** Where a server process spends its time under a load. */
export async function profileOf(
  fixture: Fixture,
  requests: WrkRequest[],
): Promise<[part: string, share: number][]> {
  const dir = mkdtempSync(join(tmpdir(), 'ota-profile-'));
  const server = await benchServer(fixture, ['--cpu-prof', '--cpu-prof-dir', dir]);
  try {
    await wrk(server.url, requests, { seconds: 6 });
    server.kill('SIGTERM');
    await server.exit;
    return timeByPart(dir, 5);
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
