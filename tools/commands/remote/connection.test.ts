import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, DEFAULT_SERVER } from './connection.ts';
import type { RemoteFlags } from './options.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ota-profile-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (file: string, content: unknown) => {
  const path = join(dir, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const LAB = { server: 'https://lab.example/', token: 'lab-token' };
const at = (flags: RemoteFlags = {}, env: Record<string, string> = {}, cwd = 'project/deep') => {
  mkdirSync(join(dir, cwd), { recursive: true });
  return connect(flags, { cwd: join(dir, cwd), env: { XDG_CONFIG_HOME: join(dir, 'x'), ...env } });
};

describe('connect', () => {
  it('is the server on this machine, without a token, where nothing is said', () => {
    expect(at()).toEqual({ server: DEFAULT_SERVER });
  });

  it('takes flags before the environment, and says whence a token is', () => {
    const env = { OTA_SERVER: 'http://env:1', OTA_TOKEN: 'env-token' };
    expect(at({}, env)).toEqual({
      server: 'http://env:1',
      token: 'env-token',
      tokenFrom: 'OTA_TOKEN',
    });
    expect(at({ server: 'http://flag:2/', token: ' t ' }, env)).toEqual({
      server: 'http://flag:2',
      token: 't',
      tokenFrom: '--token',
    });
    expect(at({ adminToken: 'a' }, env).token).toBe('a');
  });

  it("reads the project's file from above, before the user's", () => {
    put('x/ota/profiles.json', { default: 'lab', profiles: { lab: LAB } });
    expect(at()).toMatchObject({ server: 'https://lab.example', token: 'lab-token' });
    put('project/.ota.json', {
      default: 'desk',
      profiles: { desk: { server: 'http://desk:9000/ota', token: 'd' } },
    });
    expect(at()).toMatchObject({ server: 'http://desk:9000/ota', token: 'd' });
    expect(at({ profile: 'lab' })).toMatchObject({ token: 'lab-token' });
    expect(at({}, { OTA_PROFILE: 'lab' })).toMatchObject({ token: 'lab-token' });
  });

  it('reads a token from the file that a profile names', () => {
    put('project/.ota.json', { profiles: { a: { server: 'http://a', token_file: 'secret' } } });
    expect(() => at({ profile: 'a' })).toThrow(/token file .*secret is not there/);
    put('project/secret', 'from-file\n');
    expect(at({ profile: 'a' }).token).toBe('from-file');
  });

  it("sends a profile's token to no other server", () => {
    put('x/ota/profiles.json', { default: 'lab', profiles: { lab: LAB } });
    expect(at({ server: 'http://elsewhere' })).toEqual({ server: 'http://elsewhere' });
    expect(at({ server: 'http://elsewhere', profile: 'lab' }).token).toBeUndefined();
    expect(at({}, { OTA_SERVER: 'http://elsewhere' }).token).toBeUndefined();
    expect(at({ server: 'https://lab.example' }).token).toBe('lab-token');
  });

  it('does not read a profile file that it does not need', () => {
    put('project/.ota.json', '{');
    expect(at({ server: 'http://a', token: 't' }).token).toBe('t');
    expect(() => at()).toThrow(/\.ota\.json is not JSON/);
  });

  it.each<[string, RemoteFlags, Record<string, string>, RegExp]>([
    ['no URL', { server: 'localhost:8000' }, {}, /^--server: "localhost:8000" is no address/],
    ['another protocol', { server: 'ftp://x' }, {}, /no address of a server/],
    ['a password', { server: 'http://u:secret@x' }, {}, /holds no password here/],
    ['a bad variable', {}, { OTA_SERVER: 'x' }, /^OTA_SERVER: /],
    ['a broken token', { token: 'top secret' }, {}, /^--token: this is no token/],
    ['an unknown profile', { profile: 'nope' }, {}, /no profile nope: there are lab/],
  ])('refuses %s in a sentence that shows no secret', (_, flags, env, message) => {
    put('x/ota/profiles.json', { profiles: { lab: LAB } });
    const failure = () => at(flags, env);
    expect(failure).toThrow(message);
    expect(failure).not.toThrow(/secret|lab-token/);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{"profiles": {"a": {"token": "secret"', /is not JSON; check/],
    ['a word too many', { profiles: { a: { ...LAB, tokn: 'secret' } } }, /profiles\.a.*"tokn"/],
    ['no profiles', { default: 'a' }, /profiles: /],
    ['a default that is not there', { default: 'b', profiles: { a: LAB } }, /profile b is not/],
  ])('says what is wrong in a profile file with %s', (_, content, message) => {
    put('project/.ota.json', content);
    expect(() => at()).toThrow(message);
    expect(() => at()).not.toThrow(/secret/);
  });
});
