import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../port/listener.ts';
import type { LogFormat } from './lines.ts';
import { createLog } from './log.ts';
import { createRedactor } from './redact.ts';

const exchange: Exchange = {
  id: 'r-1',
  method: 'GET',
  target: '/api/ota/download/7?expires=1&sig=0123abcd',
  route: '/api/ota/download/:id',
  status: 206,
  aborted: false,
  ms: 1.26,
  bytes: 1300,
  address: '10.0.0.9',
};

function logTo(format: LogFormat, secrets: string[] = []) {
  const written: string[] = [];
  const clock = { now: () => Date.UTC(2026, 0, 1, 12, 0, 0, 5) };
  const log = createLog({ format, clock, secrets, write: (text) => written.push(text) });
  return { log, written };
}

describe('createLog', () => {
  it('writes a JSON object a line', async () => {
    const { log, written } = logTo('json');
    log.exchange(exchange);
    await turn();
    expect(JSON.parse(written.join(''))).toEqual({
      time: '2026-01-01T12:00:00.005Z',
      level: 'info',
      message: 'request',
      id: 'r-1',
      method: 'GET',
      path: '/api/ota/download/7?expires=1&sig=***',
      route: '/api/ota/download/:id',
      status: 206,
      ms: 1.3,
      bytes: 1300,
      address: '10.0.0.9',
    });
  });

  it('writes a line for people', async () => {
    const { log, written } = logTo('pretty');
    log.exchange({ ...exchange, aborted: true });
    await turn();
    expect(written.join('')).toMatch(
      /^\d\d:\d\d:00\.005 206 GET {2}\/api\/ota\/download\/7\?expires=1&sig=\*\*\* 1\.3 ms 1300 B \(cut off\) 10\.0\.0\.9 r-1\n$/,
    );
  });

  it('writes what came in one turn at once, in order, and nothing twice', async () => {
    const { log, written } = logTo('json');
    for (const id of ['a', 'b', 'c']) log.exchange({ ...exchange, id });
    log.flush();
    await turn();
    log.flush();
    expect(written).toHaveLength(1);
    const ids = written[0]
      ?.trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  it('lets no target, method or id forge a line', async () => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, written } = logTo(format);
      log.exchange({ ...exchange, target: '/a\n12:00 200 GET /forged', method: 'G\rT' });
      log.note('two\nlines');
      await turn();
      expect(written.join('').trim().split('\n')).toHaveLength(2);
    }
  });

  it('says which request a failure belongs to, and hides what its message gives away', async () => {
    const { log, written } = logTo('json', ['s3cret-pass']);
    const error = new Error('connect to postgres://ota:s3cret-pass@db/ota with s3cret-pass');
    log.failure(error, new Request('http://x/api/ota/check?sig=1'), 'r-2');
    await turn();
    const line = JSON.parse(written.join(''));
    expect(line).toMatchObject({ level: 'error', id: 'r-2', path: '/api/ota/check' });
    expect(line.error).toContain('postgres://ota:***@db/ota with ***');
    expect(line.error).toContain('log.test.ts');
  });
});

describe('createRedactor', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl';
  it.each([
    ['/x?sig=abc&expires=5', '/x?sig=***&expires=5'],
    ['/x?expires=5&SIG=abc#f', '/x?expires=5&SIG=***#f'],
    ['/x?token=abc', '/x?token=***'],
    [`GET /x/${jwt}/y`, 'GET /x/***/y'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer ***'],
    ['postgres://ota:pw@db:5432/ota', 'postgres://ota:***@db:5432/ota'],
    ['http://127.0.0.1:8000/a@b', 'http://127.0.0.1:8000/a@b'],
    ['/x?design=abc', '/x?design=abc'],
    ['nothing here', 'nothing here'],
  ])('turns %j into %j', (text, clean) => {
    expect(createRedactor()(text)).toBe(clean);
  });

  it('hides known secrets anywhere, also as they stand in a URL, the longest first', () => {
    const redact = createRedactor(['key', 'a+b/c=', 'a+b/c=longer']);
    expect(redact('/p/a+b/c=longer and a%2Bb%2Fc%3D but key stays')).toBe(
      '/p/*** and *** but key stays',
    );
  });
});
