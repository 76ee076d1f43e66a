import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuthKeys } from './guard.ts';
import type { LinkKey } from './links.ts';

/** All that a server needs to keep to itself. */
export interface Secrets {
  adminToken: string;
  gatewayKey: string;
  jwtSecret: string;
  /** The first signs, all are good. */
  linkKeys: LinkKey[];
}

export interface LoadedSecrets {
  secrets: Secrets;
  /** Where those stand that the environment does not give; absent where it gives all. */
  file: string | undefined;
  /** The file was made just now. */
  created: boolean;
  /** Names of the environment variables that were used. */
  fromEnvironment: string[];
}

type Environment = Record<string, string | undefined>;

const text = z.string().min(1);
const stored = z.object({
  admin_token: text,
  gateway_key: text,
  jwt_secret: z.string().min(32),
  link_keys: z.array(z.object({ id: text, secret: z.string().min(16) })).min(1),
});
type Stored = z.output<typeof stored>;

/** Beside the newest link key, the one before stays good. */
const LINK_KEYS_KEPT = 2;
const READABLE_BY_OTHERS = 0o077;

export function secretsFile(dataDir: string): string {
  return join(dataDir, 'secrets.json');
}

/**
 * Secrets from `ADMIN_TOKEN`, `GATEWAY_KEY`, `JWT_SECRET` and `LINK_KEYS` (`id:secret`, commas between), the rest from
 * `secrets.json` (0600) in the data folder, which is made where it is not there. Throws a sentence where the file cannot be read,
 * or others can read it, or a variable makes no sense.
 */
export async function loadSecrets(
  dataDir: string,
  env: Environment = process.env,
): Promise<LoadedSecrets> {
  const given = fromEnv(env);
  const fromEnvironment = given.map(([name]) => name);
  const values = Object.assign({}, ...given.map(([, value]) => value)) as Partial<Secrets>;
  const { adminToken, gatewayKey, jwtSecret, linkKeys } = values;
  if (adminToken && gatewayKey && jwtSecret && linkKeys) {
    const secrets = { adminToken, gatewayKey, jwtSecret, linkKeys };
    return { secrets, file: undefined, created: false, fromEnvironment };
  }
  const file = secretsFile(dataDir);
  const created = await createOnce(dataDir, file);
  const secrets = { ...secretsOf(await readStored(file)), ...values };
  return { secrets, file, created, fromEnvironment };
}

/** What createOtaServer takes of them. */
export function authOf(secrets: Secrets, open = false): AuthKeys {
  const { adminToken, gatewayKey, jwtSecret } = secrets;
  return { adminToken, gatewayKey, jwtSecret, open };
}

/**
 * Puts a new link key first in the file; links signed with the one before stay good until they expire, older ones do not.
 * Answers the new key's id. A running server takes it up when it is started again.
 */
export async function rotateLinkKey(dataDir: string): Promise<string> {
  const file = secretsFile(dataDir);
  const before = await readStored(file);
  const fresh = newLinkKey();
  const kept = before.link_keys.slice(0, LINK_KEYS_KEPT - 1);
  const half = await writePrivately(dataDir, { ...before, link_keys: [fresh, ...kept] });
  await rename(half, file);
  return fresh.id;
}

function fromEnv(env: Environment): [string, Partial<Secrets>][] {
  const found: [string, Partial<Secrets>][] = [];
  const take = (name: string, read: (value: string) => Partial<Secrets>) => {
    const value = env[name]?.trim();
    if (value) found.push([name, read(value)]);
  };
  take('ADMIN_TOKEN', (text) => ({ adminToken: oneWord('ADMIN_TOKEN', text) }));
  take('GATEWAY_KEY', (text) => ({ gatewayKey: oneWord('GATEWAY_KEY', text) }));
  take('JWT_SECRET', (jwtSecret) => {
    if (Buffer.byteLength(jwtSecret) >= 32) return { jwtSecret };
    throw new Error('JWT_SECRET has fewer than 32 bytes; HS256 asks for 32 or more.');
  });
  take('LINK_KEYS', (keys) => ({ linkKeys: keys.split(',').map(linkKeyOf) }));
  return found;
}

/** What stands in a header as one word; anything else could never be presented. */
function oneWord(name: string, text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new Error(`${name} goes into a header: give printable ASCII without blanks.`);
}

function linkKeyOf(pair: string): LinkKey {
  const match = /^\s*([\w-]{1,16}):(\S{16,})\s*$/.exec(pair);
  if (match) return { id: match[1]!, secret: match[2]! };
  throw new Error(
    'LINK_KEYS is one or more of id:secret with commas between, secrets of 16 characters or more.',
  );
}

/** Of two processes that begin at once, one makes the file; both then read it. */
async function createOnce(dataDir: string, file: string): Promise<boolean> {
  if (await stat(file).catch(() => undefined)) return false;
  await mkdir(dataDir, { recursive: true });
  const half = await writePrivately(dataDir, {
    admin_token: newSecret(),
    gateway_key: newSecret(),
    jwt_secret: newSecret(),
    link_keys: [newLinkKey()],
  });
  try {
    await link(half, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(half, { force: true });
  }
}

async function writePrivately(dataDir: string, content: Stored): Promise<string> {
  const half = join(dataDir, `.secrets-${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeFile(half, `${JSON.stringify(content, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  // Whatever the umask took or left.
  await chmod(half, 0o600);
  return half;
}

async function readStored(file: string): Promise<Stored> {
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & READABLE_BY_OTHERS) !== 0) {
    throw new Error(
      `${file} can be read by others: chmod 600 it, and make new secrets if it was shared.`,
    );
  }
  const parsed = stored.safeParse(parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map((issue) => issue.path.join('.') || 'JSON').join(', ');
  throw new Error(`${file} is not whole (${what}): restore it, or remove it to get new secrets.`);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function secretsOf(from: Stored): Secrets {
  return {
    adminToken: from.admin_token,
    gatewayKey: from.gateway_key,
    jwtSecret: from.jwt_secret,
    linkKeys: from.link_keys,
  };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function newLinkKey(): LinkKey {
  return { id: randomBytes(4).toString('hex'), secret: newSecret() };
}
