import { expect, it } from 'vitest';
import { BodilessRequest } from './bodiless-request.ts';
import { HeaderFields } from './header-fields.ts';
import { type HttpRequestHead, parseRequestHead, requestOf } from './http-request.ts';

const headOf = (...lines: string[]) =>
  parseRequestHead(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`), 4096);

it('says what the web’s own says, of a GET with fields', async () => {
  const head = headOf(
    'GET /api/a-b?x=1 HTTP/1.1',
    'Host: ota.test',
    'range: bytes=0-9',
    'A: 1',
    'a: 2',
  );
  const request = requestOf(head as HttpRequestHead, 'http://ota.test', new Uint8Array());
  expect(request).toBeInstanceOf(BodilessRequest);
  const web = (request as unknown as BodilessRequest).toRequest();
  expect(web).toBeInstanceOf(Request);
  for (const name of ['method', 'url', 'body', 'bodyUsed', 'redirect'] as const) {
    expect(request[name], name).toEqual(web[name]);
  }
  expect([...request.headers]).toEqual([...web.headers]);
  expect(request.headers.get('RANGE')).toBe('bytes=0-9');
  expect(request.headers.get('a')).toBe('1, 2');
  expect(request.headers.get('b')).toBeNull();
  expect(request.headers.has('b')).toBe(false);
  expect(await request.text()).toBe('');
  expect(await request.clone().arrayBuffer()).toHaveProperty('byteLength', 0);
  expect(request.signal.aborted).toBe(false);
});

it('has every member of a Request', () => {
  const request = new BodilessRequest('GET', 'http://ota.test/', new HeaderFields()).asRequest();
  const members = Object.keys(Object.getOwnPropertyDescriptors(Request.prototype));
  expect(members.filter((name) => !(name in request))).toEqual([]);
});

it.each([
  ['GET /a/../b HTTP/1.1', 'http://ota.test/b'],
  ['GET /a b HTTP/1.1', undefined],
  ['GET /ä HTTP/1.1', 'http://ota.test/%C3%83%C2%A4'],
  ['GET //c/d HTTP/1.1', 'http://c/d'],
  ['GET http://d/e HTTP/1.1', 'http://d/e'],
  ['HEAD /a?b HTTP/1.1', 'http://ota.test/a?b'],
  ['GET /a/./b HTTP/1.1', 'http://ota.test/a/b'],
  ['GET /a?b=%41 HTTP/1.1', 'http://ota.test/a?b=%41'],
  ['GET /a#b HTTP/1.1', 'http://ota.test/a#b'],
])('%s: %s', (line, url) => {
  const head = headOf(line, 'Host: ota.test');
  if (typeof head === 'string') return expect(url).toBeUndefined();
  expect(requestOf(head, 'http://ota.test', new Uint8Array()).url).toBe(url);
});

it('gives a POST its body', async () => {
  const head = headOf('POST /a HTTP/1.1', 'Content-Type: text/plain') as HttpRequestHead;
  const request = requestOf(head, 'http://ota.test', new TextEncoder().encode('x'));
  expect(request).toBeInstanceOf(Request);
  expect(await request.text()).toBe('x');
});

it.each(['a b: 1', 'a: \0b', 'a: b\rc', ': 1', 'a'])('refuses the field %j', (line) => {
  expect(headOf('GET / HTTP/1.1', line)).toMatch(/no header field/);
});
