import { describe, expect, it } from 'vitest';
import { dataPlace, serverSettings } from './settings.ts';

describe('serverSettings', () => {
  it('needs none', () => {
    const settings = serverSettings({}, {});
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      dataDir: `${process.cwd()}/ota-data`,
      database: `${process.cwd()}/ota-data/ota.sqlite`,
      imagesDir: `${process.cwd()}/ota-data/images`,
      open: false,
      log: 'pretty',
      tls: undefined,
      maxUploadSize: 50 * 1024 * 1024,
      requireHttps: false,
      staleAfterMs: 24 * 3_600_000,
      rateLimit: 600,
      proxies: [],
    });
  });

  it('takes the environment, and flags before it', () => {
    const env = {
      OTA_HOST: '0.0.0.0',
      OTA_PORT: '8001',
      OTA_DATA_DIR: '/data',
      DATABASE_URL: 'postgres://ota@db/ota',
      FIRMWARE_BASE_PATH: '/images',
      MAX_UPLOAD_SIZE: '1G',
      OTA_REQUIRE_HTTPS: 'True',
      DOWNLOAD_BASE_URL: 'https://cdn.example/ota/',
      PUBLIC_URL: 'https://ota.example',
      OTA_STALE_AFTER: '90m',
      OTA_LINK_TTL: '2h',
      OTA_LEASE: '60s',
      OTA_RATE_LIMIT: '0',
      OTA_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16',
    };
    expect(serverSettings({ port: '9000', log: 'json' }, env)).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      dataDir: '/data',
      database: 'postgres://ota@db/ota',
      imagesDir: '/images',
      log: 'json',
      maxUploadSize: 2 ** 30,
      requireHttps: true,
      downloadBaseUrl: 'https://cdn.example/ota',
      publicUrl: 'https://ota.example',
      staleAfterMs: 5_400_000,
      linkTtlMs: 7_200_000,
      leaseMs: 60_000,
      rateLimit: 0,
      proxies: ['10.0.0.1', '192.168.0.0/16'],
    });
  });

  it.each([
    [{ port: '70000' }, {}, '--port is "70000": give a port from 1 to 65535, or 0 for a free one.'],
    [{ port: '' }, { OTA_PORT: 'http' }, 'OTA_PORT is "http"'],
    [{ log: 'xml' }, {}, '--log is "xml": give json, pretty or off.'],
    [{ open: true, host: '0.0.0.0' }, {}, 'this machine only, not 0.0.0.0'],
    [{ open: true }, { OTA_HOST: '192.168.1.2' }, 'this machine only, not 192.168.1.2'],
    [{ tlsCert: 'c.pem' }, {}, 'both --tls-cert and --tls-key'],
    [{ tlsClientCa: 'ca.pem' }, {}, 'both --tls-cert and --tls-key'],
    [{ grace: '1w' }, {}, '--grace is "1w"'],
    [
      {},
      { MAX_UPLOAD_SIZE: '50 apples' },
      'MAX_UPLOAD_SIZE is "50 apples": give bytes, or a size such as 50MB.',
    ],
    [{}, { MAX_UPLOAD_SIZE: '0' }, 'MAX_UPLOAD_SIZE is "0": give more than nothing.'],
    [{}, { OTA_REQUIRE_HTTPS: 'maybe' }, 'OTA_REQUIRE_HTTPS is "maybe": give true or false.'],
    [{}, { PUBLIC_URL: 'ota.example' }, 'PUBLIC_URL is "ota.example": give an address such as'],
    [{}, { DOWNLOAD_BASE_URL: 'ftp://x' }, 'DOWNLOAD_BASE_URL is "ftp://x"'],
    [
      {},
      { OTA_STALE_AFTER: '24' },
      'OTA_STALE_AFTER is "24": give a time such as 90s, 15m, 24h or 30d.',
    ],
    [{}, { OTA_RATE_LIMIT: '-1' }, 'OTA_RATE_LIMIT is "-1": give a whole number.'],
    [{}, { DATABASE_URL: 'mysql://x/y' }, 'neither postgres://… nor a SQLite file'],
  ])('refuses %o %o in a sentence', (flags, env, sentence) => {
    expect(() => serverSettings(flags, env)).toThrow(sentence);
  });
});

describe('dataPlace', () => {
  it.each([
    ['postgresql://u:p@h/d', 'postgresql://u:p@h/d'],
    ['sqlite:////var/ota.db', '//var/ota.db'],
    ['sqlite:/var/ota.db', '/var/ota.db'],
    ['/var/ota.db', '/var/ota.db'],
  ])('reads DATABASE_URL %s', (DATABASE_URL, database) => {
    expect(dataPlace({ data: '/d' }, { DATABASE_URL }).database).toBe(
      database.replace('//var', '/var'),
    );
  });

  it('never repeats a database URL, which may hold a password', () => {
    try {
      dataPlace({}, { DATABASE_URL: 'mysql://u:geheim@h/d' });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).not.toContain('geheim');
    }
  });
});
