import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../../test/support/certificates.ts';
import { type BannerFacts, bannerLines, curlLine } from './banner.ts';
import { type ServerFlags, serverSettings } from './settings.ts';

const facts = (flags: ServerFlags = {}, more: Partial<BannerFacts> = {}): BannerFacts => ({
  settings: serverSettings({ data: '/srv/ota', ...flags }, {}),
  url: 'http://127.0.0.1:8000',
  secrets: { file: '/srv/ota/secrets.json', created: false, fromEnvironment: [] },
  cert: undefined,
  ...more,
});

let cert: string;
beforeAll(async () => {
  const authority = await createAuthority('Bench CA');
  cert = (await authority.issue({ commonName: 'x', dns: ['ota.bench'] })).cert;
});

describe('bannerLines', () => {
  it('says where everything is', () => {
    const text = bannerLines(facts()).join('\n');
    expect(text).toContain('mock OTA server on http://127.0.0.1:8000\n');
    expect(text).toContain('  docs      http://127.0.0.1:8000/docs\n');
    expect(text).toContain('  database  /srv/ota/ota.sqlite\n');
    expect(text).toContain('  images    /srv/ota/images\n');
    expect(text).toContain('  secrets   /srv/ota/secrets.json\n');
  });

  it('names every address where it listens on all', () => {
    const all = facts(
      { host: '0.0.0.0' },
      { url: 'http://0.0.0.0:8000', addresses: ['192.168.1.5'] },
    );
    expect(bannerLines(all).slice(0, 2)).toEqual([
      'mock OTA server on http://127.0.0.1:8000',
      '            http://192.168.1.5:8000',
    ]);
  });

  it('shows no password, and what the environment gave', () => {
    const database = { settings: serverSettings({}, { DATABASE_URL: 'postgres://u:geheim@h/d' }) };
    const secrets = { file: undefined, created: false, fromEnvironment: ['ADMIN_TOKEN'] };
    const text = bannerLines(facts({}, { ...database, secrets })).join('\n');
    expect(text).toContain('postgres://u:***@h/d');
    expect(text).toContain('from the environment: ADMIN_TOKEN');
    expect(text).not.toContain('geheim');
  });
});

describe('curlLine', () => {
  it('reads the admin token where it is', () => {
    expect(curlLine(facts())).toBe(
      `curl -H "Authorization: Bearer $(node -p 'require("/srv/ota/secrets.json").admin_token')" http://127.0.0.1:8000/api/ota/admin/firmware`,
    );
    const given = {
      secrets: { file: undefined, created: false, fromEnvironment: ['ADMIN_TOKEN'] },
    };
    expect(curlLine(facts({}, given))).toContain('"Authorization: Bearer $ADMIN_TOKEN"');
  });

  it('survives a folder with odd characters', () => {
    const secrets = { file: `/o'dd "x"/s.json`, created: true, fromEnvironment: [] };
    expect(curlLine(facts({}, { secrets }))).toContain(
      String.raw`$(node -p 'require("/o'\''dd \"x\"/s.json").admin_token')`,
    );
  });

  it('needs nothing where the server is open', () => {
    expect(curlLine(facts({ open: true }))).toBe('curl http://127.0.0.1:8000/api/v1/firmware');
  });

  it('trusts the certificate, under the name that it is for', () => {
    const flags = { open: true, tlsCert: 'my cert.pem', tlsKey: 'k.pem' };
    expect(curlLine(facts(flags, { url: 'https://127.0.0.1:8443', cert }))).toBe(
      "curl --cacert 'my cert.pem' --resolve ota.bench:8443:127.0.0.1 https://ota.bench:8443/api/v1/firmware",
    );
  });
});
