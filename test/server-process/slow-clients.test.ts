import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEMPORARY } from '../../mock-server/images/layout.ts';
import { type Listening, serve } from '../../mock-server/index.ts';
import { form, testImage, testServer } from '../../mock-server/test-support.ts';
import { drip, rawClient, within } from './sockets.ts';

let t: Awaited<ReturnType<typeof testServer>>;
let listening: Listening;
beforeEach(async () => {
  t = await testServer();
  const limits = { headersMs: 200, bodyMs: 400, stalledMs: 500 };
  listening = await serve(t.server, { limits });
});
afterEach(async () => {
  await listening.close(0);
  await t.server.close();
});

const POST = 'POST /api/v1/ota/updates HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

describe('a client that holds a connection without using it', () => {
  it.each([
    ['says nothing at all', ''],
    ['stops inside the request line', 'GET /api/v1/firm'],
    ['stops before the last header', 'GET /health HTTP/1.1\r\nHost: x\r\n'],
  ])('is cut off with 408 where it %s', async (_what, text) => {
    const answer = await within(5000, 'the cut', rawClient(listening.url, text).ended);
    expect(answer).toContain('HTTP/1.1 408 Request Timeout\r\n');
    expect(answer).toContain('content-type: application/problem+json');
  });

  it('is cut off where its headers drip', async () => {
    const client = rawClient(listening.url, 'GET /health HTTP/1.1\r\nHost: x\r\n');
    drip(client.socket, 'X-A: b\r\n', 20);
    expect(await within(5000, 'the cut', client.ended)).toContain('HTTP/1.1 408 ');
  });

  it('is cut off where its body stops', async () => {
    const client = rawClient(listening.url, `${POST}Content-Length: 100\r\n\r\n{"firm`);
    expect(await within(5000, 'the cut', client.ended)).toContain('HTTP/1.1 408 ');
  });

  it('is cut off where its body drips, announced or in chunks', async () => {
    const announced = rawClient(listening.url, `${POST}Content-Length: 60000\r\n\r\n`);
    drip(announced.socket, ' ', 10);
    const chunked = rawClient(listening.url, `${POST}Transfer-Encoding: chunked\r\n\r\n`);
    drip(chunked.socket, '1\r\n \r\n', 10);
    for (const client of [announced, chunked]) {
      expect(await within(5000, 'the cut', client.ended)).toContain('HTTP/1.1 408 ');
    }
  });

  it('leaves nothing of an upload that drips', async () => {
    const { readdir } = await import('node:fs/promises');
    const upload = rawClient(
      listening.url,
      'POST /api/v1/firmware/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n' +
        'Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n' +
        'Content-Disposition: form-data; name="file"; filename="f"\r\n\r\n',
    );
    drip(upload.socket, 'x', 10);
    const leftovers = () => readdir(`${t.server.dataDir}/images/${TEMPORARY}`);
    await expect.poll(leftovers).toHaveLength(1);
    await within(5000, 'the cut', upload.ended);
    await expect.poll(leftovers).toEqual([]);
  });

  it('is cut off where it takes nothing of a download', async () => {
    const file = testImage({ codeSize: 16_000_000 });
    const fields = { node_type: 'pir', version: '1.1.0' };
    expect((await t.upload(form(file, fields))).status).toBe(201);
    const client = rawClient(listening.url);
    client.socket.pause();
    client.socket.write('GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\n\r\n');
    await wait(1500);
    client.socket.resume();
    const text = await within(5000, 'the cut', client.ended);
    expect(text).toContain('HTTP/1.1 200 OK');
    expect(text.length).toBeLessThan(file.length);
  });
});

describe('a client that is slow', () => {
  it('is served where its upload takes far longer than any limit, but goes on', async () => {
    const file = testImage({ codeSize: 160_000 });
    const head =
      '--b\r\nContent-Disposition: form-data; name="node_type"\r\n\r\npir\r\n--b\r\n' +
      'Content-Disposition: form-data; name="version"\r\n\r\n1.1.0\r\n--b\r\n' +
      'Content-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
    const body = Buffer.concat([Buffer.from(head), file, Buffer.from('\r\n--b--\r\n')]);
    const client = rawClient(
      listening.url,
      'POST /api/v1/firmware/upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        `Content-Length: ${body.length}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`,
    );
    for (let at = 0; at < body.length; at += 8192) {
      client.socket.write(body.subarray(at, at + 8192));
      await wait(80);
    }
    expect(await within(5000, 'the answer', client.ended)).toContain('HTTP/1.1 201 ');
  });

  it('gets its download where it takes a little now and then', async () => {
    const file = testImage({ codeSize: 12_000_000 });
    await t.upload(form(file, { node_type: 'pir', version: '1.1.0' }));
    const client = rawClient(
      listening.url,
      'GET /api/v1/firmware/1/download HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    for (let i = 0; i < 8; i += 1) {
      client.socket.pause();
      await wait(150);
      client.socket.resume();
      await wait(1);
    }
    const text = await within(10_000, 'the download', client.ended);
    expect(text.length).toBeGreaterThan(file.length);
  });

  it('is answered 400, 431 where what it sends is no HTTP', async () => {
    const nonsense = rawClient(listening.url, 'HELLO\r\n\r\n');
    expect(await within(5000, 'the answer', nonsense.ended)).toContain('HTTP/1.1 400 Bad Request');
    const long = rawClient(listening.url, `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(await within(5000, 'the answer', long.ended)).toContain('HTTP/1.1 431 ');
    for (const host of ['Host: a b\r\n', '']) {
      const request = `GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
      const client = rawClient(listening.url, request);
      const text = await within(5000, 'the answer', client.ended);
      expect(text).toContain('HTTP/1.1 400 Bad Request');
      expect(text).toContain('application/problem+json');
    }
  });
});
