import { resolve } from 'node:path';
import { byteSize, duration } from '../support/quantity.ts';

/** Flags of `ota server start`, and those that its other verbs share with it. */
export interface ServerFlags {
  host?: string;
  port?: string;
  data?: string;
  open?: boolean;
  faults?: boolean;
  log?: string;
  tlsCert?: string;
  tlsKey?: string;
  tlsClientCa?: string;
  grace?: string;
}

export type Environment = Record<string, string | undefined>;

/** Where a server's data is. */
export interface DataPlace {
  dataDir: string;
  /** A SQLite file or a `postgres://` URL. */
  database: string;
  imagesDir: string;
}

export const LOG_FORMATS = ['json', 'pretty', 'off'] as const;

export interface ServerSettings extends DataPlace {
  host: string;
  port: number;
  open: boolean;
  faults: boolean;
  log: (typeof LOG_FORMATS)[number];
  tls: { cert: string; key: string; clientCa?: string } | undefined;
  /** Bytes. */
  maxUploadSize: number;
  requireHttps: boolean;
  downloadBaseUrl: string | undefined;
  publicUrl: string | undefined;
  staleAfterMs: number;
  linkTtlMs: number;
  leaseMs: number;
  /** Requests a minute a client; 0 for no limit. */
  rateLimit: number;
  proxies: string[];
  /** How long requests under way may take when the server is stopped. */
  graceMs: number;
}

/** The environment, one line a variable, for `--help` and the README. */
export const VARIABLES: readonly [name: string, what: string][] = [
  ['OTA_HOST, OTA_PORT', 'as --host and --port'],
  ['OTA_DATA_DIR', 'as --data'],
  ['DATABASE_URL', 'postgres://…, or a SQLite file; default <data>/ota.sqlite'],
  ['FIRMWARE_BASE_PATH', 'folder of the image files; default <data>/images'],
  ['MAX_UPLOAD_SIZE', 'largest upload, default 50MB'],
  ['OTA_REQUIRE_HTTPS', 'true refuses plain HTTP from other machines'],
  ['PUBLIC_URL', "the server's own address as devices know it, for links"],
  ['DOWNLOAD_BASE_URL', 'where download links lead, such as a CDN; default PUBLIC_URL'],
  ['OTA_LINK_TTL', 'how long a download link is good, default 1h'],
  ['OTA_STALE_AFTER', 'when an update without a word counts as failed, default 24h'],
  ['OTA_LEASE', 'how long a gateway holds an update without a word, default 3m'],
  ['OTA_RATE_LIMIT', 'requests a minute a client may make, default 600; 0 for no limit'],
  ['OTA_TRUSTED_PROXIES', 'proxies whose X-Forwarded-* count: 10.0.0.1,192.168.0.0/16'],
  ['ADMIN_TOKEN, GATEWAY_KEY, JWT_SECRET, LINK_KEYS', 'secrets; else <data>/secrets.json'],
];

const DATA = 'ota-data';
const DATABASES = /^postgres(ql)?:\/\//i;

/** Where the data is, by flag, environment or default. */
export function dataPlace(flags: Pick<ServerFlags, 'data'>, env: Environment): DataPlace {
  const dataDir = resolve(flags.data ?? (env.OTA_DATA_DIR || DATA));
  return {
    dataDir,
    database: databaseOf(env.DATABASE_URL, dataDir),
    imagesDir: resolve(env.FIRMWARE_BASE_PATH || resolve(dataDir, 'images')),
  };
}

/** All settings; throws one sentence for the first that makes no sense. An empty variable counts as none. */
export function serverSettings(flags: ServerFlags, env: Environment): ServerSettings {
  const get = <T>(name: string, parse: (text: string) => T, fallback: T): T =>
    env[name] ? parsed(name, env[name], parse) : fallback;
  const open = flags.open ?? false;
  const host = flags.host ?? (env.OTA_HOST || '127.0.0.1');
  if (open && !isLoopback(host)) {
    throw new Error(
      `--open asks nobody for a credential, so it serves this machine only, not ${host}: leave --host out.`,
    );
  }
  return {
    ...dataPlace(flags, env),
    host,
    port: flags.port ? parsed('--port', flags.port, port) : get('OTA_PORT', port, 8000),
    open,
    faults: flags.faults ?? false,
    log: parsed('--log', flags.log ?? 'pretty', oneOf(LOG_FORMATS)),
    tls: tlsFiles(flags),
    maxUploadSize: get('MAX_UPLOAD_SIZE', atLeast(1, byteSize), byteSize('50MB')),
    requireHttps: get('OTA_REQUIRE_HTTPS', yesOrNo, false),
    downloadBaseUrl: get('DOWNLOAD_BASE_URL', baseUrl, undefined),
    publicUrl: get('PUBLIC_URL', baseUrl, undefined),
    staleAfterMs: get('OTA_STALE_AFTER', atLeast(1, duration), duration('24h')),
    linkTtlMs: get('OTA_LINK_TTL', atLeast(1, duration), duration('1h')),
    leaseMs: get('OTA_LEASE', atLeast(1, duration), duration('3m')),
    rateLimit: get('OTA_RATE_LIMIT', count, 600),
    proxies: get('OTA_TRUSTED_PROXIES', list, []),
    graceMs: parsed('--grace', flags.grace ?? '30s', duration),
  };
}

function databaseOf(url: string | undefined, dataDir: string): string {
  if (!url) return resolve(dataDir, 'ota.sqlite');
  if (DATABASES.test(url)) return url;
  const file = /^sqlite:(?:\/\/)?(.+)$/i.exec(url)?.[1] ?? url;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return resolve(file);
  throw new Error('DATABASE_URL is neither postgres://… nor a SQLite file: write one of both.');
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

function tlsFiles(flags: ServerFlags): ServerSettings['tls'] {
  const { tlsCert: cert, tlsKey: key, tlsClientCa: clientCa } = flags;
  if (!cert && !key && !clientCa) return undefined;
  if (cert && key) return { cert, key, ...(clientCa ? { clientCa } : {}) };
  throw new Error('HTTPS needs both --tls-cert and --tls-key: give the one that is missing.');
}

/** Names the setting in what its parser found wrong. */
function parsed<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(
      `${name} is ${JSON.stringify(text.slice(0, 60))}: ${(error as Error).message}.`,
    );
  }
}

function port(text: string): number {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new Error('give a port from 1 to 65535, or 0 for a free one');
}

function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error('give a whole number');
}

function yesOrNo(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new Error('give true or false');
}

function oneOf<T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((word) => word === text);
    if (found) return found;
    throw new Error(`give ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`);
  };
}

function atLeast(least: number, parse: (text: string) => number): (text: string) => number {
  return (text) => {
    const value = parse(text);
    if (value >= least) return value;
    throw new Error('give more than nothing');
  };
}

function baseUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash) {
    return url.href.replace(/\/+$/, '');
  }
  throw new Error('give an address such as https://ota.example');
}

function list(text: string): string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}
