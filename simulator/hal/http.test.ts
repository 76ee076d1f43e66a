import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, stopCompilers } from './testing/build.ts';
import { TestGuest } from './testing/guest.ts';
import { SerialInput } from './testing/serial.ts';
import { type Reply, ScriptedPeer } from './testing/tcp.ts';

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = await compile('./sketches/http');
}, 300_000);
afterAll(stopCompilers);

interface Request {
  line: string;
  reply?: Reply;
}

/** One guest runs all the requests; answers its result lines. */
async function run(requests: Request[], refuse = false) {
  const guest: TestGuest = new TestGuest(wasm, { ...peerHost(), ...inputHost() });
  const peer = new ScriptedPeer(() => guest);
  const input = new SerialInput(() => guest);
  function peerHost() {
    return lazy(
      () => peer.host(),
      ['connect', 'write', 'available', 'read', 'read_line', 'peek', 'wait', 'connected', 'close'],
      'tcp',
    );
  }
  function inputHost() {
    return lazy(() => input.host(), ['available', 'read', 'peek'], 'uart');
  }
  peer.refuse = refuse;
  for (const { line, reply } of requests) {
    input.line(line);
    if (reply) peer.push(reply);
  }
  const serial = await guest.run(
    (g) => (g.serial.match(/^= /gm)?.length ?? 0) >= requests.length,
    3600e6,
  );
  return { lines: serial.match(/^= .*$/gm) ?? [], peer, now: guest.now };
}

/** The host must exist before the objects behind it: each import is looked up when it is called. */
function lazy(host: () => ReturnType<ScriptedPeer['host']>, names: string[], module: string) {
  const entries = names.map(
    (name) =>
      [`${module}.${name}`, (...args: number[]) => host()[`${module}.${name}`]?.(...args)] as const,
  );
  return Object.fromEntries(entries);
}

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const hex = (text: string) =>
  Array.from(bytes(text), (b) => b.toString(16).padStart(2, '0')).join('');
const whole = (text: string, end: Reply['end'] = 'open'): Reply => ({ pieces: [bytes(text)], end });
const get = (reply: Reply, path = '/x'): Request => ({ line: `GET http://h${path} 4000 -`, reply });

const LENGTH =
  'HTTP/1.1 206 Partial Content\r\nX-Test: a b \r\nContent-Length: 10\r\n\r\n0123\r\n6789';
const CHUNKED =
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;ext=1\r\n0123\r\n6\r\n\r\n6789\r\n0\r\nTrailer: t\r\n\r\n';

/** The text in two pieces, cut at every place, and once byte by byte. */
function* splits(text: string, end: Reply['end']): Generator<Reply> {
  for (let i = 1; i < text.length; i++)
    yield { pieces: [bytes(text.slice(0, i)), bytes(text.slice(i))], end };
  yield { pieces: Array.from(text, bytes), end };
}

describe('HTTPClient', () => {
  it('writes the request of the vendor', async () => {
    const { peer } = await run([
      get(whole(LENGTH), '/a?b=c'),
      { line: 'POST http://h:8080/p 4000 {"a": 1}', reply: whole(LENGTH) },
    ]);
    expect(peer.requests).toEqual([
      'GET /a?b=c HTTP/1.1\r\nHost: h\r\nUser-Agent: ESP32HTTPClient\r\nConnection: keep-alive\r\n' +
        'Accept-Encoding: identity;q=1,chunked;q=0.1,*;q=0\r\nX-API-Key: k\r\nRange: bytes=0-9\r\n\r\n',
      'POST /p HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: ESP32HTTPClient\r\nConnection: keep-alive\r\n' +
        'Accept-Encoding: identity;q=1,chunked;q=0.1,*;q=0\r\nX-API-Key: k\r\nContent-Length: 8\r\n\r\n{"a": 1}',
    ]);
  });

  it.each([
    ['Content-Length', LENGTH, 'open', `= 206 10 10 [${hex('0123\r\n6789')}] [a b] []`],
    ['chunks', CHUNKED, 'open', `= 200 -1 10 [${hex('0123\r\n6789')}] [] []`],
    [
      'until close',
      LENGTH.replace('Content-Length: 10\r\n', ''),
      'close',
      `= 206 -1 10 [${hex('0123\r\n6789')}] [a b] []`,
    ],
  ] as const)('reads a body by %s, cut at every byte', async (_name, text, end, line) => {
    const replies = [...splits(text, end)];
    const { lines } = await run(replies.map((reply) => get(reply)));
    expect(lines).toHaveLength(replies.length);
    expect(new Set(lines)).toEqual(new Set([line]));
  });

  it('keeps the connection, and opens a new one when the server closes or says so', async () => {
    const kept = await run([get(whole(LENGTH)), get(whole(CHUNKED)), get(whole(LENGTH))]);
    expect(kept.peer.connects).toBe(1);
    const closing = LENGTH.replace('X-Test: a b ', 'Connection: close');
    const closed = await run([
      get(whole(closing, 'close')),
      get(whole(closing)),
      get(whole(LENGTH.replace('1.1', '1.0'))),
    ]);
    expect(closed.peer.connects).toBe(3);
    expect(
      (await run([get(whole(LENGTH)), { line: 'GET http://other/ 100 -', reply: whole(LENGTH) }]))
        .peer.connects,
    ).toBe(2);
  });

  it('follows redirects of GET, not of POST', async () => {
    const moved = 'HTTP/1.1 302 Found\r\nLocation: http://h/there\r\nContent-Length: 0\r\n\r\n';
    const { peer } = await run([
      get(whole(moved)),
      { line: 'POST http://h/x 4000 a', reply: whole(LENGTH) },
    ]);
    expect(peer.requests.map((r) => r.split(' HTTP')[0])).toEqual([
      'GET /x',
      'GET /there',
      'POST /x',
    ]);
    const post = await run([{ line: 'POST http://h/x 4000 a', reply: whole(moved) }]);
    expect(post.lines).toEqual(['= 302 0 0 [] [] [http://h/there]']);
    const dead = await run([get(whole(moved))]);
    expect(dead.lines).toEqual(['= -5 -1 0 [] [] []']);
  });

  it.each([
    ['nothing', [], 'open', '= -11 '],
    ['half a status line', ['HTTP/1.1 2'], 'open', '= -11 '],
    ['half the headers', ['HTTP/1.1 200 OK\r\nA: b\r\n'], 'open', '= -11 '],
    ['a close at once', [], 'close', '= -5 '],
    ['a close within the headers', ['HTTP/1.1 200 OK\r\nA: b\r\n'], 'close', '= -5 '],
    ['no HTTP', ['SSH-2.0-OpenSSH\r\n\r\n'], 'open', '= -7 '],
    ['a bad status', ['HTTP/1.1 abc\r\n\r\n'], 'open', '= -7 '],
    ['an endless line', ['x'.repeat(5000)], 'open', '= -7 '],
    ['endless headers', ['HTTP/1.1 200 OK\r\n', 'A: b\r\n'.repeat(5000)], 'open', '= -8 '],
    [
      'an unknown encoding',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n'],
      'open',
      '= -9 ',
    ],
    [
      'a short body',
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
      'close',
      `= 200 9 -5 [${hex('abc')}]`,
    ],
    [
      'a stalled body',
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
      'open',
      `= 200 9 -11 [${hex('abc')}]`,
    ],
    [
      'a bad chunk size',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
      'open',
      '= 200 -1 -9 []',
    ],
    [
      'a chunk without end',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX'],
      'open',
      `= 200 -1 -11 [${hex('abc')}]`,
    ],
    [
      'a cut chunk',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc'],
      'close',
      `= 200 -1 -5 [${hex('abc')}]`,
    ],
    [
      'an interim answer',
      ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA'],
      'open',
      '= 200 1 1 [41]',
    ],
    ['no content', ['HTTP/1.1 204 No Content\r\n\r\n'], 'open', '= 204 -1 0 []'],
    ['bare line feeds', ['HTTP/1.1 200 OK\nContent-Length: 1\n\nA'], 'open', '= 200 1 1 [41]'],
    [
      'a negative length',
      ['HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nA'],
      'close',
      '= 200 -1 1 [41]',
    ],
  ] as const)('answers %s with a code, in time', async (_name, pieces, end, line) => {
    const { lines, now } = await run([get({ pieces: pieces.map(bytes), end })]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
    expect(now).toBeLessThan(10e6);
  });

  it('says connection refused, and refuses what is not http', async () => {
    const { lines } = await run(
      [
        { line: 'GET http://h/ 1000 -' },
        { line: 'GET https://h/ 1000 -' },
        { line: 'GET nonsense 1000 -' },
        { line: 'GET http://h:99999/ 1 -' },
      ],
      true,
    );
    expect(lines).toEqual([
      '= -1 -1 0 [] [] []',
      '= begin failed',
      '= begin failed',
      '= begin failed',
    ]);
  });

  it('goes on after every error', async () => {
    const { lines } = await run([
      get(whole('garbage\r\n\r\n')),
      get(whole(LENGTH)),
      get(whole('', 'close')),
      get(whole(CHUNKED)),
    ]);
    expect(lines.map((l) => l.split(' ')[1])).toEqual(['-7', '206', '-5', '200']);
  });
});
