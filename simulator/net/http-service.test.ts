import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequestHead, RequestBodyReader } from './http-request.ts';
import { HttpService } from './http-service.ts';
import type { TcpEnd } from './tcp.ts';
import { AP, record, testAir } from './testing.ts';

async function client(
  fetch: (request: Request) => Promise<Response>,
  options: { latency?: () => number } = {},
) {
  const air = testAir();
  const { kernel } = air;
  const service = new HttpService({ kernel, origin: 'http://ota.test', fetch, ...options });
  const router = air.device('router', {
    uplink: (host, port) => (host === 'ota.test' && port === 80 ? service.accept : undefined),
  });
  router.startAccessPoint(AP);
  const sta = air.device('sta');
  await air.join(sta);
  const end: TcpEnd = await air.dial(sta, 'ota.test', 80);
  const got = record(end);
  const send = async (text: string, split = text.length) => {
    for (let i = 0; i < text.length; i += split)
      end.write(new TextEncoder().encode(text.slice(i, i + split)));
    await air.settle();
    const answer = new TextDecoder().decode(Uint8Array.from(got.bytes));
    got.bytes = [];
    return answer;
  };
  return { ...air, end, got, send };
}

describe('HttpService', () => {
  it('answers by the fetch function, keeps the connection, and traces what was said', async () => {
    const seen: string[] = [];
    const { send, kernel } = await client(async (request) => {
      seen.push(
        `${request.method} ${request.url} ${request.headers.get('range')} ${await request.text()}`,
      );
      return new Response('part', { status: 206, headers: { 'Content-Range': 'bytes 0-3/9' } });
    });
    const noted: string[] = [];
    kernel.trace.listen(
      ({ kind, data }) => kind === 'http' && noted.push(String(Buffer.from(data))),
    );
    const first = await send('GET /f HTTP/1.1\r\nHost: ota.test\r\nRange: bytes=0-3\r\n\r\n', 1);
    expect(first).toMatch(/^HTTP\/1\.1 206 Partial Content\r\n/);
    expect(first).toMatch(/content-range: bytes 0-3\/9\r\n/);
    expect(first).toMatch(/content-length: 4\r\nconnection: keep-alive\r\n\r\npart$/);
    const second = await send('POST /r HTTP/1.1\r\nHost: ota.test\r\nContent-Length: 2\r\n\r\nok');
    expect(second).toContain('part');
    expect(noted).toEqual(['GET /f', '', first, 'POST /r', 'ok', second]);
    expect(seen).toEqual(['GET http://ota.test/f bytes=0-3 ', 'POST http://ota.test/r null ok']);
  });

  it('closes after `Connection: close`, and breaks off when the server is down', async () => {
    const open = await client(async () => new Response(null, { status: 204 }));
    const answer = await open.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).not.toContain('content-length');
    expect(open.got.closed).toBe(false);
    const down = await client(async () => {
      throw new TypeError('connect ECONNREFUSED');
    });
    expect(await down.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect(down.got.closed).toBe(false);
  });

  it('keeps the connection open, and silent, while the server stalls', async () => {
    let requests = 0;
    const answer = async () => new Response(String(++requests));
    const { send, end } = await client(answer, { latency: () => Number.POSITIVE_INFINITY });
    expect(await send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect(await send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    expect([requests, end.closed]).toEqual([1, false]);
  });

  it('refuses what is no HTTP with 400 and one sentence', async () => {
    const { send } = await client(async () => new Response('x'));
    expect(await send('hello\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*no HTTP\/1\.1 request line: hello/,
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ maxLength: 60 }),
        (bytes, text) => {
          parseRequestHead(bytes, 100);
          const head = `GET / HTTP/1.1\r\n${text}\r\n\r\n`;
          const parsed = parseRequestHead(new TextEncoder().encode(head), 1000);
          if (typeof parsed === 'object') new RequestBodyReader(parsed.headers, 10).take(bytes);
        },
      ),
    );
  });
});
