/**
 * Runs one PostgreSQL for the tests, as its own process: started on a free port of the loopback with a random password, it
 * prints `{"url": …}` as one line, and ends, with its data, when standard input does. So nothing is left behind when the tests
 * are killed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Account, accountFor, nativeFolder, unpackPostgres } from './postgres-files.ts';

const PASSWORD = randomBytes(12).toString('hex');
const PORT_ATTEMPTS = 5;
const START_LIMIT = 60_000;
/** A database that nobody keeps: quick, and small beside what else the tests run. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  shared_buffers: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  deadlock_timeout: '100ms',
};

const account = accountFor(process.getuid?.());
const folder = unpackPostgres(nativeFolder(), account);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
// Ctrl-C in a terminal reaches everybody; the end of standard input is what counts.
process.on('SIGINT', () => {});
const ended = new Promise<void>((resolve) => {
  process.stdin.resume();
  process.stdin.on('end', resolve);
  process.stdin.on('error', () => resolve());
});

try {
  initialize();
  const { child, url } = await start();
  process.stdout.write(`${JSON.stringify({ url })}\n`);
  child.on('exit', () => process.exit(1));
  await ended;
  child.removeAllListeners('exit');
  // Immediate shutdown: nobody needs this data.
  child.kill('SIGQUIT');
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}

/** Collation en-US, so that what sorts otherwise than SQLite shows. */
function initialize(): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const { status, stdout, stderr, error } = spawnSync(
    join(folder, 'bin/initdb'),
    [
      ...['-D', join(folder, 'data'), '--username=ota', '--auth=password'],
      ...[`--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C'],
      ...['--locale-provider=icu', '--icu-locale=en-US', '--no-sync', '--no-instructions'],
    ],
    { ...options(account), encoding: 'utf8' },
  );
  rmSync(passwordFile);
  if (status === 0) return;
  throw new Error(
    `PostgreSQL's initdb failed:\n${error ?? stderr}${stdout}As an alternative, set OTA_TEST_POSTGRES to the URL of a server.`,
  );
}

function options(who: Account | undefined) {
  return { cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }, ...who };
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const log = join(folder, 'log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const out = openSync(log, 'w');
    const settings = Object.entries({ ...SETTINGS, port: String(port) });
    const child = spawn(
      join(folder, 'bin/postgres'),
      ['-D', join(folder, 'data'), ...settings.flatMap(([k, v]) => ['-c', `${k}=${v}`])],
      { ...options(account), stdio: ['ignore', out, out] },
    );
    const url = `postgres://ota:${PASSWORD}@127.0.0.1:${port}/postgres`;
    if (await answers(child, url)) return { child, url };
    child.kill('SIGKILL');
    if (attempt === PORT_ATTEMPTS) {
      throw new Error(`PostgreSQL did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
    }
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Waits until it takes connections; false where it has ended, for example because the port was taken meanwhile. */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = performance.now() + START_LIMIT;
  while (child.exitCode === null && performance.now() < deadline) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await delay(30);
    }
  }
  return false;
}
