import { X509Certificate } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { LoadedSecrets } from '../../../mock-server/auth/secrets.ts';
import type { ServerSettings } from './settings.ts';

/** What a server says when it is ready: where it is, where its data and secrets are, and a first call. */
export interface BannerFacts {
  settings: ServerSettings;
  /** As it listens. */
  url: string;
  secrets: Pick<LoadedSecrets, 'file' | 'created' | 'fromEnvironment'>;
  /** PEM of the server's certificate. */
  cert: string | undefined;
  /** IPv4 addresses of this machine but loopback. */
  addresses?: string[];
}

export function bannerLines(facts: BannerFacts): string[] {
  const { settings, secrets } = facts;
  const [first, ...others] = reachableAt(facts);
  const rows: [string, string][] = [
    ...others.map((url): [string, string] => ['', url]),
    ['docs', `${first}/docs`],
    ['database', databaseText(settings.database)],
    ['images', settings.imagesDir],
    ['secrets', secretsText(secrets)],
    ...notes(settings),
  ];
  return [
    `mock OTA server on ${first}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`),
    '',
    `  ${curlLine(facts)}`,
    '',
    'Ctrl-C stops it once the requests under way have ended; twice, at once.',
  ];
}

/** Every address that a client could use, this machine's own first. */
function reachableAt({ settings, url, addresses = ownAddresses() }: BannerFacts): string[] {
  const { host } = settings;
  if (host !== '0.0.0.0' && host !== '::') return [url];
  const { protocol, port } = new URL(url);
  return ['127.0.0.1', ...addresses].map((address) => `${protocol}//${address}:${port}`);
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((a) => a.family === 'IPv4' && !a.internal).map((a) => a.address),
  );
}

function databaseText(database: string): string {
  return database.replace(/^([a-z]+:\/\/[^:/@]*):[^@/]*@/i, '$1:***@');
}

function secretsText({ file, created, fromEnvironment }: BannerFacts['secrets']): string {
  const parts: string[] = [];
  if (file) parts.push(created ? `${file} (just made)` : file);
  if (fromEnvironment.length > 0) parts.push(`from the environment: ${fromEnvironment.join(', ')}`);
  return parts.join('; ');
}

function notes({ open, faults, tls }: ServerSettings): [string, string][] {
  const found: [string, string][] = [];
  if (open)
    found.push(['open', 'devices and gateways, and admins under /api/v1, need no credential']);
  if (faults) found.push(['faults', 'armed at /__faults']);
  if (tls?.clientCa) found.push(['clients', `need a certificate issued by ${tls.clientCa}`]);
  return found;
}

/** A first call that works when it is pasted into a shell on this machine, without showing a secret. */
export function curlLine(facts: BannerFacts): string {
  const { settings } = facts;
  const words = ['curl', ...trust(facts)];
  if (!settings.open) words.push('-H', `"Authorization: Bearer ${adminToken(facts)}"`);
  const path = settings.open ? '/api/v1/firmware' : '/api/ota/admin/firmware';
  words.push(`${curlOrigin(facts)}${path}`);
  return words.join(' ');
}

function adminToken({ secrets }: BannerFacts): string {
  if (secrets.fromEnvironment.includes('ADMIN_TOKEN') || !secrets.file) return '$ADMIN_TOKEN';
  return `$(node -p ${quoted(`require(${JSON.stringify(secrets.file)}).admin_token`)})`;
}

function curlOrigin(facts: BannerFacts): string {
  const first = reachableAt(facts)[0] as string;
  const name = facts.cert && certifiedName(facts.cert);
  return name ? `https://${name}:${new URL(first).port}` : first;
}

/** Options by which curl trusts a certificate that no public authority issued, for a name that no DNS knows. */
function trust(facts: BannerFacts): string[] {
  const { settings, cert } = facts;
  if (!settings.tls || !cert) return [];
  const first = new URL(reachableAt(facts)[0] as string);
  const name = certifiedName(cert);
  const address = first.hostname;
  const words = ['--cacert', quoted(settings.tls.cert)];
  if (name && name !== address) words.push('--resolve', `${name}:${first.port}:${address}`);
  if (settings.tls.clientCa) words.push('--cert', 'CLIENT.pem', '--key', 'CLIENT-KEY.pem');
  return words;
}

/** The first name or address that the certificate is for. */
function certifiedName(pem: string): string | undefined {
  const names = new X509Certificate(pem).subjectAltName ?? '';
  const [, name] = /(?:DNS|IP Address):([\w.*:-]+)/.exec(names) ?? [];
  return name?.replace(/^\*\./, 'ota.');
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
