import { afterEach, describe, expect, it } from 'vitest';
import type { OtaServer, OtaServerOptions } from '../create.ts';
import { testServer } from '../test-support.ts';
import { createClientReader } from './client.ts';

const seen = (
  proxies: string[],
  peer: string | undefined,
  headers: Record<string, string> = {},
  url = 'http://ota.test/x',
) => createClientReader(proxies)(new Request(url, { headers }), peer);
const forwarded = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'ota.example',
};

describe('createClientReader', () => {
  it('takes the peer at its word, and nobody else', () => {
    expect(seen([], '203.0.113.1', forwarded)).toEqual({
      address: '203.0.113.1',
      secure: false,
      loopback: false,
      origin: 'http://ota.test',
    });
    expect(seen(['10.0.0.0/8'], '11.0.0.1', forwarded).address).toBe('11.0.0.1');
  });

  it('takes the word of a proxy that is ours', () => {
    for (const [proxy, peer] of [
      ['10.0.0.1', '10.0.0.1'],
      ['10.0.0.0/8', '10.9.9.9'],
      ['10.0.0.0/8', '::ffff:10.9.9.9'],
      ['fd00::/8', 'fd00::5'],
    ] as const) {
      expect(seen([proxy], peer, forwarded)).toEqual({
        address: '203.0.113.9',
        secure: true,
        loopback: false,
        origin: 'https://ota.example',
      });
    }
  });

  it('finds the first address before its own proxies; what a client made up stands before that', () => {
    const chain = (hops: string) =>
      seen(['10.0.0.0/8'], '10.0.0.1', { 'x-forwarded-for': hops }).address;
    expect(chain('6.6.6.6, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
    expect(chain('127.0.0.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(chain('unknown, 10.0.0.2')).toBe('10.0.0.2');
    expect(chain('')).toBe('10.0.0.1');
    expect(seen(['10.0.0.1'], '10.0.0.1', { 'x-forwarded-proto': 'https, http' }).secure).toBe(
      false,
    );
    expect(seen(['10.0.0.1'], '10.0.0.1', { 'x-forwarded-host': 'a b' }).origin).toBe(
      'http://ota.test',
    );
  });

  it('knows this machine', () => {
    for (const peer of [undefined, '127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) {
      expect(seen([], peer).loopback).toBe(true);
    }
    for (const peer of ['128.0.0.1', '::2', '203.127.0.1'])
      expect(seen([], peer).loopback).toBe(false);
    expect(seen([], undefined, {}, 'https://[::1]:8443/x')).toMatchObject({
      secure: true,
      origin: 'https://[::1]:8443',
    });
  });

  it.each(['proxy', '10.0.0.0/33', '10.0.0.0/x', '::1/129', ''])(
    'refuses the proxy %j',
    (proxy) => {
      expect(() => createClientReader([proxy])).toThrow(/is no proxy/);
    },
  );
});

describe('requireHttps', () => {
  let server: OtaServer;
  afterEach(() => server.close());

  it('refuses plain HTTP, but not from this machine', async () => {
    const start = async (options: OtaServerOptions) => {
      ({ server } = await testServer({ requireHttps: true, ...options }));
    };
    const status = async (address: string | undefined, headers = {}, scheme = 'http') => {
      const request = new Request(`${scheme}://ota.test/api/v1/firmware`, { headers });
      return (await server.fetch(request, address === undefined ? {} : { address })).status;
    };
    await start({});
    expect(await status(undefined)).toBe(200);
    expect(await status('127.0.0.1')).toBe(200);
    expect(await status('203.0.113.1')).toBe(403);
    expect(await status('203.0.113.1', { 'x-forwarded-proto': 'https' })).toBe(403);
    expect(await status('203.0.113.1', {}, 'https')).toBe(200);
    await server.close();
    await start({ proxies: ['127.0.0.1'] });
    expect(await status('127.0.0.1', forwarded)).toBe(200);
    expect(await status('127.0.0.1', { ...forwarded, 'x-forwarded-proto': 'http' })).toBe(403);
  });
});
