import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authOf, loadSecrets, rotateLinkKey, secretsFile } from './secrets.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-secrets-'));
});
afterEach(() => rm(dir, { recursive: true }));

const ALL = {
  ADMIN_TOKEN: 'an-admin-token',
  GATEWAY_KEY: 'a-gateway-key',
  JWT_SECRET: 'j'.repeat(32),
  LINK_KEYS: 'new:0123456789abcdef, old:fedcba9876543210',
};

describe('loadSecrets', () => {
  it('makes a file that nobody else reads, and reads it the next time', async () => {
    const data = join(dir, 'data');
    const first = await loadSecrets(data, {});
    expect(first).toMatchObject({ created: true, file: secretsFile(data), fromEnvironment: [] });
    expect((await stat(secretsFile(data))).mode & 0o777).toBe(0o600);
    expect(await readdir(data)).toEqual(['secrets.json']);
    const again = await loadSecrets(data, {});
    expect(again).toEqual({ ...first, created: false });
    const { adminToken, gatewayKey, jwtSecret, linkKeys } = first.secrets;
    const all = [adminToken, gatewayKey, jwtSecret, linkKeys[0]?.secret];
    expect(new Set(all).size).toBe(4);
    for (const secret of all) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  it('is the same for processes that begin at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 8 }, () => loadSecrets(dir, {})));
    expect(new Set(loaded.map((l) => JSON.stringify(l.secrets))).size).toBe(1);
    expect(loaded.filter((l) => l.created)).toHaveLength(1);
  });

  it('prefers the environment, and makes no file where that has all', async () => {
    expect(await loadSecrets(dir, ALL)).toEqual({
      secrets: {
        adminToken: 'an-admin-token',
        gatewayKey: 'a-gateway-key',
        jwtSecret: 'j'.repeat(32),
        linkKeys: [
          { id: 'new', secret: '0123456789abcdef' },
          { id: 'old', secret: 'fedcba9876543210' },
        ],
      },
      file: undefined,
      created: false,
      fromEnvironment: Object.keys(ALL),
    });
    expect(await readdir(dir)).toEqual([]);
    const some = await loadSecrets(dir, { ADMIN_TOKEN: 'an-admin-token', JWT_SECRET: ' ' });
    expect(some).toMatchObject({ created: true, fromEnvironment: ['ADMIN_TOKEN'] });
    expect(some.secrets.adminToken).toBe('an-admin-token');
    expect(authOf(some.secrets, true)).toMatchObject({ adminToken: 'an-admin-token', open: true });
  });

  it.each([
    [{ JWT_SECRET: 'short' }, /^JWT_SECRET has fewer than 32 bytes/],
    [{ LINK_KEYS: 'k:short' }, /^LINK_KEYS is one or more of id:secret/],
    [{ LINK_KEYS: '0123456789abcdef' }, /^LINK_KEYS is/],
  ])('refuses %j', async (env, message) => {
    await expect(loadSecrets(dir, env)).rejects.toThrow(message);
    await expect(loadSecrets(dir, env)).rejects.not.toThrow(/short|0123456789abcdef/);
  });

  it('refuses a file that others can read, or that is broken, without showing it', async () => {
    const { secrets } = await loadSecrets(dir, {});
    await chmod(secretsFile(dir), 0o640);
    await expect(loadSecrets(dir, {})).rejects.toThrow('can be read by others: chmod 600 it');
    await chmod(secretsFile(dir), 0o600);
    const whole = await readFile(secretsFile(dir), 'utf8');
    await writeFile(secretsFile(dir), whole.slice(0, 40));
    await expect(loadSecrets(dir, {})).rejects.toThrow('is not whole (JSON)');
    await writeFile(secretsFile(dir), JSON.stringify({ ...JSON.parse(whole), jwt_secret: 'x' }));
    await expect(loadSecrets(dir, {})).rejects.toThrow('is not whole (jwt_secret)');
    await expect(loadSecrets(dir, {})).rejects.not.toThrow(secrets.adminToken);
  });
});

describe('rotateLinkKey', () => {
  it('puts a new key before the last one, and drops the one before that', async () => {
    const [first] = (await loadSecrets(dir, {})).secrets.linkKeys;
    const second = await rotateLinkKey(dir);
    const third = await rotateLinkKey(dir);
    const { secrets, created } = await loadSecrets(dir, {});
    expect(created).toBe(false);
    expect(secrets.linkKeys.map((key) => key.id)).toEqual([third, second]);
    expect(secrets.linkKeys.map((key) => key.id)).not.toContain(first?.id);
    expect((await stat(secretsFile(dir))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['secrets.json']);
  });

  it('takes no token that no header could carry', async () => {
    for (const name of ['ADMIN_TOKEN', 'GATEWAY_KEY']) {
      await expect(loadSecrets(dir, { [name]: 'two words' })).rejects.toThrow(
        `${name} goes into a header: give printable ASCII without blanks.`,
      );
    }
  });
});
