import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, serve } from './serve.ts';
import { form, testImage, testServer } from './test-support.ts';

let t: Awaited<ReturnType<typeof testServer>>;
let listening: Listening;
beforeEach(async () => {
  t = await testServer({ maxUploadSize: 1_000_000 });
  listening = await serve(t.server);
});
afterEach(async () => {
  await listening.close();
  await t.server.close();
});

const call = (path: string, init?: RequestInit) => fetch(`${listening.url}/api/v1${path}`, init);

function head(path: string): Promise<{ status?: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${listening.url}/api/v1${path}`, { method: 'HEAD' }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, headers: answer.headers });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('serve', () => {
  it('says the same as in process, byte for byte', async () => {
    const file = testImage({ codeSize: 300_000 });
    const data = form(file, { node_type: 'pir', version: '1.1.0' });
    expect((await call('/firmware/upload', { method: 'POST', body: data })).status).toBe(201);
    const cases: [string, RequestInit][] = [
      ['/firmware', {}],
      ['/firmware/1/download', {}],
      ['/firmware/1/download', { headers: { range: 'bytes=1024-2047' } }],
      ['/firmware/1/download', { headers: { range: 'bytes=-200000' } }],
      ['/firmware/1/download', { headers: { range: 'bytes=9999999-' } }],
      ['/firmware/1/download', { headers: { 'if-none-match': '*' } }],
      ['/nowhere', {}],
      ['/firmware/1', { method: 'PUT' }],
    ];
    for (const [path, init] of cases) {
      const wire = await call(path, init);
      const inside = await t.request(path, init);
      expect([path, wire.status]).toEqual([path, inside.status]);
      for (const [name, value] of inside.headers) {
        expect([name, wire.headers.get(name)]).toEqual([name, value]);
      }
      expect(Buffer.from(await wire.bytes()).equals(await inside.bytes())).toBe(true);
    }
  });

  it('answers HEAD with the length of GET and no body', async () => {
    await t.publish();
    const answer = await head('/firmware/1/download');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBe(String(testImage().length));
  });

  it('refuses a file over the limit while it comes', async () => {
    const data = form(testImage({ codeSize: 3_000_000 }), { node_type: 'pir', version: '1.1.0' });
    const response = await call('/firmware/upload', { method: 'POST', body: data });
    expect(response.status).toBe(413);
    expect((await call('/firmware')).status).toBe(200);
  });

  it('keeps nothing of an upload whose sender hangs up', async () => {
    const { port } = new URL(listening.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /api/v1/firmware/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n' +
        'Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n' +
        'Content-Disposition: form-data; name="file"; filename="f"\r\n\r\nhalf a file',
    );
    const { readdir } = await import('node:fs/promises');
    const leftovers = () => readdir(`${t.server.dataDir}/images/.tmp`);
    await expect.poll(leftovers).toHaveLength(1);
    socket.destroy();
    await expect.poll(leftovers).toHaveLength(0);
  });

  it('closes no descriptor late: 200 aborted downloads leave none', async () => {
    const { readdir } = await import('node:fs/promises');
    await t.upload(form(testImage({ codeSize: 900_000 }), { node_type: 'pir', version: '1.1.0' }));
    const images = async () => {
      const { readlink } = await import('node:fs/promises');
      const links = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) =>
          readlink(`/proc/self/fd/${fd}`).catch(() => ''),
        ),
      );
      return links.filter((link) => link.startsWith(t.server.dataDir)).length;
    };
    for (let i = 0; i < 200; i += 1) {
      const abort = new AbortController();
      const response = await call('/firmware/1/download', { signal: abort.signal });
      expect(response.status).toBe(200);
      abort.abort();
    }
    await expect.poll(images).toBe(0);
  });

  it('finishes what is under way when it closes, then takes no more', async () => {
    const { port } = new URL(listening.url);
    await t.publish('1.1.0', 'pir', 600_000);
    const socket = connect(Number(port), '127.0.0.1');
    let received = 0;
    socket.write('GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise<void>((resolve) => socket.once('readable', () => resolve()));
    const closing = listening.close();
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await closing;
    expect(received).toBeGreaterThan(testImage({ codeSize: 600_000 }).length);
    await expect(call('/firmware')).rejects.toThrow('fetch failed');
    listening = await serve(t.server);
  });

  it('is not open to the network without credentials, nor on a port in use', async () => {
    await expect(serve(t.server, { host: '0.0.0.0' })).rejects.toThrow('without credentials');
    const port = Number(new URL(listening.url).port);
    await expect(serve(t.server, { port })).rejects.toThrow('the port is in use');
  });

  it('tells gateways apart by address', async () => {
    await t.publish();
    await t.post('/ota/updates', { firmware_id: 1 });
    await call('/ota/updates/1/start', { method: 'POST' });
    const [row] = await t.server.store.rows.updates();
    expect(row?.lease_owner).toBe('key:nokey@127.0.0.1');
  });
});
