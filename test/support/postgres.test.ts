import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { accountFor, nativeFolder, unpackPostgres } from './postgres-files.ts';

const PASSWD =
  'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:70:71::/:/bin/sh\n';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the account that PostgreSQL runs as', () => {
  it('is the own one, unless that is root', () => {
    expect(accountFor(1000, PASSWD)).toBeUndefined();
    expect(accountFor(undefined, PASSWD)).toBeUndefined();
    expect(accountFor(0, PASSWD)).toEqual({ uid: 70, gid: 71 });
    expect(accountFor(0, PASSWD.replace(/^postgres.*\n/m, ''))).toEqual({ uid: 65534, gid: 65534 });
  });

  it('is asked for where root has nobody else', () => {
    expect(() => accountFor(0, 'root:x:0:0::/root:/bin/sh\n')).toThrow(
      'no user postgres or nobody',
    );
  });
});

it('runs from a checkout that nobody else may enter, without the links that npm does not keep', () => {
  const closed = mkdtempSync(join(tmpdir(), 'ota-closed-'));
  folders.push(closed);
  const native = join(closed, 'native');
  cpSync(nativeFolder(), native, { recursive: true, verbatimSymlinks: true });
  const entries = readdirSync(native, { withFileTypes: true, recursive: true });
  const links = entries.filter((entry) => entry.isSymbolicLink());
  for (const link of links) rmSync(join(link.parentPath, link.name));
  chmodSync(closed, 0o700);
  const umask = process.umask(0o077);
  const account = accountFor(process.getuid?.());
  const folder = unpackPostgres(native, account);
  process.umask(umask);
  folders.push(folder);
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((n) =>
    join(folder, n),
  );
  expect(all.filter((path) => lstatSync(path).isSymbolicLink()).length).toBeGreaterThan(5);
  const shut = all.filter((path) => (statSync(path).mode & 0o004) === 0);
  expect(shut).toEqual([join(folder, 'data')]);
  const { stdout } = spawnSync(join(folder, 'bin/postgres'), ['--version'], {
    ...account,
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^postgres \(PostgreSQL\) \d+/);
});

it('ends, with its data, when the tests are killed', async () => {
  const code = `import { startPostgres } from ${JSON.stringify(import.meta.resolve('./postgres.ts'))};
    console.log((await startPostgres({})).url); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url: string = await new Promise((resolve) =>
    parent.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('show data_directory');
  const data = rows[0].data_directory as string;
  expect(existsSync(data)).toBe(true);
  const encoding = await client.query(
    "select datlocprovider as provider, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'",
  );
  expect(encoding.rows).toEqual([{ provider: 'i', encoding: 'UTF8' }]);
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(data), { timeout: 20_000 }).toBe(false);
});
