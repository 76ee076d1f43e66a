import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../../mock-server/test-support.ts';
import { ADMIN, type CliBench, cliBench } from './bench.ts';

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench({ maxUploadSize: 8192 });
});
afterAll(() => bench.close());

const LIST = ['mesh', 'update', 'list'];

/** Runs `use` against a web server that is no OTA server. */
async function beside<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('one sentence and an exit code', () => {
  it('when nothing listens: 2', async () => {
    const url = await beside(
      () => {},
      async (gone) => gone,
    );
    const { code, stdout, stderr } = await bench.bare([...LIST, '--server', url]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `ota: Cannot reach the OTA server at ${url}: nothing listens there; is it running?\n`,
    );
  });

  it.each<[string, RequestListener, RegExp]>([
    ['HTML is answered', (_, a) => a.end('<html>'), /something that is not JSON/],
    [
      'a login page is in the way',
      (_, a) => a.writeHead(302, { location: 'http://login/' }).end(),
      /sends on to http:\/\/login\/ \(302\); give the server's own address/,
    ],
    ['the connection is cut', (q) => q.socket.destroy(), /it cut the connection/],
  ])('when %s: 2', async (_, listener, message) => {
    const words = ['mesh', 'update', 'create', '--firmware-id', '1'];
    const { code, stderr } = await beside(listener, (url) =>
      bench.bare([...words, '--server', url]),
    );
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('when no token is given, or a wrong one: 1, and never the token', async () => {
    const none = await bench.bare(LIST, { env: { OTA_SERVER: bench.url } });
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/wants to know who asks: give --token, set OTA_TOKEN, or name a/);
    const wrong = await bench.bare([...LIST, '--token', 'wr0ng', '--json'], {
      env: { OTA_SERVER: bench.url },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/\(The token was that of --token\.\)/);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { status: 401 } });
    expect(wrong.stdout + wrong.stderr).not.toContain('wr0ng');
  });

  it('when the file is too large for the server: 1', async () => {
    writeFileSync(join(bench.dir, 'large.bin'), testImage({ codeSize: 400_000 }));
    const { code, stderr } = await bench.ota('mesh', 'firmware', 'upload', 'large.bin');
    expect(stderr).toBe('ota: The file is larger than the limit of 8192 bytes.\n');
    expect(code).toBe(1);
  });

  it.each([
    [['mesh', 'update', 'show'], /^ota: which one\? Give its number/],
    [['mesh', 'update', 'show', 'x'], /Give a whole number, 1 or more/],
    [['mesh', 'update', 'list', '--status', 'odd'], /Allowed choices are pending, in_progress/],
    [['mesh', 'firmware', 'upload', 'nowhere.bin'], /^ota: cannot read nowhere.bin: there is no/],
    [['--server', 'x', 'image', 'info', 'y'], /--server means nothing to ota image info/],
  ])('when the line is wrong: 1, for %j', async (words, message) => {
    const { code, stdout, stderr } = await bench.ota(...words);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });
});

describe('a profile', () => {
  it('stands in the project or with the user, and may be named before the verb', async () => {
    const user = join(bench.dir, '.config', 'ota');
    mkdirSync(user, { recursive: true });
    const profiles = { bench: { server: bench.url, token_file: 'token' } };
    writeFileSync(join(user, 'profiles.json'), JSON.stringify({ profiles }));
    writeFileSync(join(user, 'token'), `${ADMIN}\n`);
    const named = await bench.bare(['--profile', 'bench', ...LIST]);
    expect(named).toMatchObject({ code: 0, stdout: 'nothing there\n' });
    writeFileSync(
      join(bench.dir, '.ota.json'),
      JSON.stringify({ default: 'here', profiles: { here: { server: bench.url, token: ADMIN } } }),
    );
    expect(await bench.bare(LIST)).toMatchObject({ code: 0, stdout: 'nothing there\n' });
  });
});

describe('ota mesh update watch', () => {
  it('waits for a server that is away for a while', async () => {
    const times = { created_at: '2026-01-01T00:00:00Z', started_at: null, completed_at: null };
    const about = { id: 1, node_type: 'pir', version: '1.1.0', target_node_id: null };
    const update = { ...about, ...times, nodes: [], verified: true };
    let asked = 0;
    const listener: RequestListener = (request, answer) => {
      asked += 1;
      if (asked === 2) return void request.socket.destroy();
      if (asked === 3) {
        answer.writeHead(503, { 'content-type': 'application/problem+json' });
        return void answer.end('{"detail":"Busy."}');
      }
      const status = asked < 4 ? 'pending' : 'completed';
      answer.end(JSON.stringify({ ...update, status }));
    };
    const words = ['mesh', 'update', 'watch', '1', '--interval', '0.1'];
    const { code, stderr } = await beside(listener, (url) =>
      bench.bare([...words, '--server', url]),
    );
    expect(stderr).toMatch(/pending\n.*it cut the connection\. Trying again\.\nBusy\. Trying/);
    expect(code).toBe(0);
  });
});
