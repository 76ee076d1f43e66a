import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serial, world } from '../../test/support/bench.ts';
import type { WireEnd, WireScript } from '../../tools/formats/wire-script.ts';
import type { Certificate } from '../net/certificate.ts';
import type { World } from '../scenario/world.ts';
import { appImage, stopCompilers } from './testing/build.ts';

const SECOND = 1_000_000;
let image: Uint8Array;
beforeAll(async () => {
  image = await appImage('./apps/http');
}, 300_000);
afterAll(stopCompilers);

type Step = string | number;
interface Answer {
  /** Texts are sent, numbers are pauses in ms. */
  steps: Step[];
  end?: WireEnd;
  /** Sizes of the pieces that every text is cut into. */
  sizes?: number[];
}

function script({ steps, end = 'keep', sizes }: Answer): WireScript {
  return {
    kind: 'wire-script',
    end,
    steps: steps.map((step) =>
      typeof step === 'number'
        ? { kind: 'wait', ms: step }
        : { kind: 'send', bytes: new TextEncoder().encode(step), sizes },
    ),
  };
}

interface Talk {
  world: World;
  /** What the server was asked: connection, method, path, body. */
  requests: string[];
  /** Gives the app a command; what it printed until it was ready again, and how long that took, s. */
  say(command: string): Promise<{ text: string; seconds: number }>;
}

/** A board that runs the client on a server that answers as `answer` says, by path and number of the request. */
async function talk(
  answer: (path: string, nth: number) => Answer | WireScript,
  certificate?: Certificate,
): Promise<Talk> {
  const requests: string[] = [];
  const bench = world([{ name: 'board', image }], {
    certificate,
    fetch: async (request, caller) => {
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      requests.push(`${caller.connection} ${request.method} ${pathname}${search} ${body}`.trim());
      const wanted = answer(pathname, requests.length);
      return 'kind' in wanted ? wanted : script(wanted);
    },
  });
  const board = bench.board('board');
  const ready = () => serial(board).match(/^ready at/gm)?.length ?? 0;
  bench.powerOn();
  expect(await bench.runUntil(() => ready() === 1, 20 * SECOND)).toBe(true);
  const say = async (command: string) => {
    const [before, from, start] = [ready(), serial(board).length, bench.kernel.now];
    board.uart.receive(new TextEncoder().encode(`${command}\n`));
    const done = await bench.runUntil(() => ready() > before, 120 * SECOND, SECOND / 50);
    expect(done, `${command} came to no end:\n${serial(board).slice(from)}`).toBe(true);
    return { text: serial(board).slice(from), seconds: (bench.kernel.now - start) / SECOND };
  };
  return { world: bench, requests, say };
}

const one = async (answer: Answer, command: string) => {
  const { say } = await talk(() => answer);
  return say(command);
};
const URL_ = 'http://ota.test/x';

/** FNV-1a, as the app prints it. */
function sumOf(text: string): string {
  let sum = 2166136261;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 16777619) >>> 0;
  return sum.toString(16).padStart(8, '0');
}
const BODY = 'What a board stores must be what the server sent. '.repeat(20);
const OK = `HTTP/1.1 200 OK\r\nETag: "abc"\r\nX-Empty:\r\nContent-Length: ${BODY.length}\r\n\r\n`;
const CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunked = (...sizes: number[]) => {
  let [text, at] = ['', 0];
  for (const size of sizes) {
    text += `${size.toString(16)};note=1\r\n${BODY.slice(at, at + size)}\r\n`;
    at += size;
  }
  return `${text}0\r\nX-Trailer: end\r\n\r\n`;
};
const whole = (what: string, extra: string) =>
  `${what} ESP_OK status 200 ${extra} complete 1 body ${BODY.length} sum ${sumOf(BODY)}`;

describe('bodies', () => {
  it('of a known length: events in order, by perform and by read', async () => {
    const { say } = await talk(() => ({ steps: [OK + BODY] }));
    const { text } = await say(`perform ${URL_}`);
    const events = ['connected', 'header ETag="abc"', 'header X-Empty=', 'finish'];
    const at = events.map((event) => text.indexOf(event));
    expect(at.every((position, i) => position > (at[i - 1] ?? -1))).toBe(true);
    expect(text).toContain(whole('performed', `length ${BODY.length} chunked 0`));
    expect((await say(`open ${URL_} 100`)).text).toContain(
      whole('read', `length ${BODY.length} chunked 0`),
    );
  });
  it('arrive whole however TCP cuts them', async () => {
    const { say } = await talk((_path, nth) => ({
      steps: [OK + BODY],
      sizes: [[1], [OK.length, 9000], [OK.length + 1, 7], [100, 3, 900], [OK.length - 1, 1]][
        nth - 1
      ],
    }));
    for (let i = 0; i < 5; i++)
      expect((await say(`open ${URL_} 333`)).text).toContain(
        whole('read', `length ${BODY.length} chunked 0`),
      );
  });
  it('in chunks of odd sizes, with extensions and a trailer', async () => {
    const { say } = await talk((_path, nth) => ({
      steps: [CHUNKS + chunked(1, 7, 500, BODY.length - 508)],
      sizes: nth % 2 ? [1] : [61],
    }));
    for (const how of ['perform', 'open', 'open', 'perform']) {
      const { text } = await say(`${how} ${URL_}`);
      expect(text).toContain(whole(how === 'open' ? 'read' : 'performed', 'length -1 chunked 1'));
      expect(text).toContain('header X-Trailer=end');
    }
  });
  it('until the connection closes, which read takes for the end', async () => {
    const answer: Answer = { steps: [`HTTP/1.0 200 OK\r\n\r\n${BODY}`], end: 'fin' };
    expect((await one(answer, `open ${URL_}`)).text).toContain(
      whole('read', 'length -1 chunked 1'),
    );
  });
  it('that are not there: length 0, 204, 304, HEAD-like', async () => {
    for (const head of ['200 OK\r\nContent-Length: 0', '204 No Content', '304 Not Modified']) {
      const { text, seconds } = await one({ steps: [`HTTP/1.1 ${head}\r\n\r\n`] }, `open ${URL_}`);
      expect(text).toContain('last read 0');
      expect(text).toContain('complete 1 body 0');
      expect(seconds).toBeLessThan(1);
    }
  });
  it('posted', async () => {
    const { say, requests } = await talk(() => ({ steps: [OK + BODY] }));
    await say('post http://ota.test/report {"ok":true}');
    expect(requests).toEqual(['1 POST /report {"ok":true}']);
  });
});

describe('connections', () => {
  it('are kept for the next request, unless the server closes', async () => {
    const { say, requests } = await talk(() => ({ steps: [OK + BODY] }));
    const { text } = await say(`twice ${URL_}`);
    expect(text.match(/performed ESP_OK/g)).toHaveLength(2);
    expect(requests.map((line) => line[0])).toEqual(['1', '1']);
    const closing = OK.replace('ETag', 'Connection: close\r\nETag');
    const other = await talk(() => ({ steps: [closing + BODY], end: 'fin' }));
    await other.say(`twice ${URL_}`);
    expect(other.requests.map((line) => line[0])).toEqual(['1', '2']);
  });
  it('follow redirects: relative, absolute, in a circle, by hand', async () => {
    const to = (where: string) =>
      `HTTP/1.1 302 Found\r\nLocation: ${where}\r\nContent-Length: 0\r\n\r\n`;
    const { say, requests } = await talk((path) => {
      if (path === '/a') return { steps: [to('/b?c=1')] };
      if (path === '/b') return { steps: [to('http://ota.test/d')] };
      return { steps: [path === '/round' ? to('/round') : OK + BODY] };
    });
    const { text } = await say('perform http://ota.test/a');
    expect(text).toContain(
      `performed ESP_OK status 200 length ${BODY.length} chunked 0 complete 1`,
    );
    expect(requests.map((line) => line.slice(2))).toEqual(['GET /a', 'GET /b?c=1', 'GET /d']);
    expect((await say('perform http://ota.test/round')).text).toContain(
      'performed ESP_ERR_HTTP_MAX_REDIRECT status 302',
    );
    expect((await say('redirect http://ota.test/a')).text).toContain(
      whole('read', `length ${BODY.length} chunked 0`),
    );
  });
  it('fail by name, by port and without a server, each with its own error', async () => {
    const { say, world: bench } = await talk(() => ({ steps: [] }));
    expect((await say('open http://nowhere.test/')).text).toContain(
      'open ESP_ERR_HTTP_CONNECT status 0 length 0 chunked 0 complete 1 body 0 sum 811c9dc5 tls 8001',
    );
    expect((await say('open http://ota.test:81/')).text).toContain('tls 8004');
    expect((await say('open nonsense')).text).toContain('no client');
    bench.medium.cut('router', 'board');
    const { text, seconds } = await say(`open ${URL_}`);
    expect(text).toContain('open ESP_ERR_HTTP_CONNECT');
    expect(seconds).toBeLessThan(6);
  });
});

describe('a server that stalls, breaks off or talks nonsense', () => {
  const AGAIN = 'ESP_ERR_HTTP_EAGAIN';
  const CASES: [string, Answer, string, string, number][] = [
    ['says nothing', { steps: [], end: 'stall' }, 'fetch', AGAIN, 3],
    ['stalls in the status line', { steps: ['HTTP/1.1 2'], end: 'stall' }, 'fetch', AGAIN, 3],
    ['stalls in the headers', { steps: [OK.slice(0, 40)], end: 'stall' }, 'fetch', AGAIN, 3],
    [
      'stalls in the body',
      { steps: [OK, BODY.slice(0, 9)], end: 'stall' },
      'last read',
      '-28679',
      6,
    ],
    ['drips', { steps: [OK.slice(0, 30), 2000, OK.slice(30), 2000, BODY] }, 'read', 'ESP_OK', 4],
    ['closes before a byte', { steps: [], end: 'fin' }, 'fetch', 'ESP_FAIL', 0],
    ['closes in the headers', { steps: [OK.slice(0, 40)], end: 'fin' }, 'fetch', 'ESP_FAIL', 0],
    ['closes in the body', { steps: [OK, BODY.slice(0, 9)], end: 'fin' }, 'last read', '-1', 0],
    ['resets in the body', { steps: [OK, BODY.slice(0, 9)], end: 'rst' }, 'last read', '-1', 0],
    ['is no HTTP server', { steps: ['SSH-2.0-x\r\n'], end: 'stall' }, 'fetch', AGAIN, 3],
    [
      'gives two lengths',
      { steps: [OK.replace('ETag', 'Content-Length: 3\r\nETag') + BODY], end: 'stall' },
      'fetch',
      AGAIN,
      3,
    ],
    ['gives a bad chunk', { steps: [`${CHUNKS}zz\r\n`], end: 'stall' }, 'last read', '-28679', 3],
  ];
  it.each(CASES)('%s', async (_name, answer, what, error, seconds) => {
    const got = await one(answer, `open ${URL_}`);
    expect(got.text).toContain(`${what} ${error}`);
    expect(got.seconds).toBeGreaterThanOrEqual(seconds);
    expect(got.seconds).toBeLessThan(seconds + 1);
  });
  it('perform tells a closed connection from silence, and a short body by the question for completeness', async () => {
    expect((await one({ steps: [], end: 'fin' }, `perform ${URL_}`)).text).toContain(
      'performed ESP_ERR_HTTP_CONNECTION_CLOSED',
    );
    expect((await one({ steps: [], end: 'stall' }, `perform ${URL_}`)).text).toContain(
      `performed ${AGAIN}`,
    );
    expect(
      (await one({ steps: [OK, BODY.slice(0, 9)], end: 'fin' }, `perform ${URL_}`)).text,
    ).toContain(`performed ESP_OK status 200 length ${BODY.length} chunked 0 complete 0 body 9`);
  });
});

describe('https', () => {
  const YEAR_2026 = 1_767_225_600;
  const PRIVATE = '-----BEGIN CERTIFICATE-----\nTUlJQmVuY2g=\n-----END CERTIFICATE-----\n';
  const good: Certificate = {
    names: ['ota.test'],
    issuer: 'public',
    notBefore: YEAR_2026 - 86_400,
    notAfter: YEAR_2026 + 90 * 86_400,
  };
  const ask = async (certificate: Certificate | undefined, ...before: string[]) => {
    const { say } = await talk(() => ({ steps: [OK + BODY] }), certificate);
    for (const command of before) await say(command);
    return (await say('open https://ota.test/x')).text;
  };
  const clock = `clock ${YEAR_2026}`;
  const HANDSHAKE =
    'open ESP_ERR_HTTP_CONNECT status 0 length 0 chunked 0 complete 1 body 0 sum 811c9dc5 tls 801a 2700';

  it('connects where the certificate is good, by bundle and by CA', async () => {
    const done = whole('read', `length ${BODY.length} chunked 0`);
    expect(await ask(good, 'trust bundle', clock)).toContain(done);
    expect(await ask({ ...good, issuer: PRIVATE }, 'trust TUlJQmVuY2g=', clock)).toContain(done);
    expect(await ask({ ...good, names: ['*.test'] }, 'trust bundle', clock)).toContain(done);
  });
  it.each([
    ['without any verification option', good, ['trust none', clock], 'tls 8017 0 0'],
    ['with the clock at 1970', good, ['trust bundle'], `${HANDSHAKE} 200`],
    [
      'when it has expired',
      { ...good, notAfter: YEAR_2026 - 1 },
      ['trust bundle', clock],
      `${HANDSHAKE} 1`,
    ],
    [
      'when it is not yet valid',
      { ...good, notBefore: YEAR_2026 + 60 },
      ['trust bundle', clock],
      `${HANDSHAKE} 200`,
    ],
    [
      'for another name',
      { ...good, names: ['example.org'] },
      ['trust bundle', clock],
      `${HANDSHAKE} 4`,
    ],
    [
      'by a private authority, to the bundle',
      { ...good, issuer: PRIVATE },
      ['trust bundle', clock],
      `${HANDSHAKE} 8`,
    ],
    ['by a public one, to another CA', good, ['trust TUlJQmVuY2g=', clock], `${HANDSHAKE} 8`],
    ['where nobody listens', undefined, ['trust bundle', clock], 'tls 8004 0 0'],
  ])('refuses %s', async (_name, certificate, before, error) => {
    const text = await ask(certificate, ...before);
    expect(text).toContain('open ESP_ERR_HTTP_CONNECT');
    expect(text).toContain(error);
  });
});

describe('esp_https_ota', () => {
  const certificate: Certificate = {
    names: ['ota.test'],
    issuer: 'public',
    notBefore: 0,
    notAfter: 2e9,
  };
  /** The app itself over https, cut off after `length` bytes. */
  const update = async (url: string, length = image.length, flip = -1) => {
    const bytes = image.slice(0, length);
    if (flip >= 0) bytes[flip]! ^= 1;
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n\r\n`;
    const send = (data: Uint8Array) => ({ kind: 'send' as const, bytes: data });
    const steps = [send(new TextEncoder().encode(head)), send(bytes)];
    const file: WireScript = { kind: 'wire-script', steps, end: 'fin' };
    const moved = 'HTTP/1.1 302 Found\r\nLocation: /app.bin\r\nContent-Length: 0\r\n\r\n';
    const { say } = await talk((path) => {
      if (path === '/app.bin') return file;
      return path === '/old'
        ? { steps: [moved] }
        : { steps: ['HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'] };
    }, certificate);
    await say('trust bundle');
    return (await say(`update ${url}`)).text;
  };
  it('installs what it is given, also by way of a redirect', async () => {
    expect(await update('https://ota.test/app.bin')).toContain('updated ESP_OK, next boot app1');
    expect(await update('https://ota.test/old')).toContain('updated ESP_OK, next boot app1');
  });
  it('leaves the running image the next to boot otherwise', async () => {
    expect(await update('https://ota.test/none')).toContain('updated ESP_FAIL, next boot app0');
    expect(await update('https://ota.test/app.bin', 5000)).toContain(
      'updated ESP_FAIL, next boot app0',
    );
    expect(await update('https://ota.test/app.bin', image.length, 3000)).toContain(
      'updated ESP_ERR_OTA_VALIDATE_FAILED, next boot app0',
    );
    expect(await update('https://ota.test/app.bin', image.length, 12)).toContain(
      'updated ESP_ERR_INVALID_VERSION, next boot app0',
    );
  });
});
