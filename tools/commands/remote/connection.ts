import type { RemoteFlags } from './options.ts';
import { findProfile, type Profile, type ProfilePlaces } from './profile.ts';

/** The server that a command speaks to. */
export interface Connection {
  server: string;
  token?: string;
  /** Whence the token, in words; never the token. */
  tokenFrom?: string;
}

/** Where `ota server start` listens. */
export const DEFAULT_SERVER = 'http://127.0.0.1:8000';

/**
 * Flags come first, then a profile that was named, the environment, the default profile. A token from a profile is
 * sent to that profile's server only.
 * @throws Error a sentence, where an address or token cannot be one
 */
export function connect(flags: RemoteFlags, places: ProfilePlaces): Connection {
  const { OTA_SERVER, OTA_TOKEN, OTA_PROFILE } = places.env;
  const flagToken = flags.token ?? flags.adminToken;
  const name = flags.profile ?? (OTA_PROFILE || undefined);
  const enough = flags.server !== undefined && flagToken !== undefined && name === undefined;
  const profile = enough ? undefined : findProfile(name, places);
  const [named, fallback] = name === undefined ? [undefined, profile] : [profile, undefined];

  const server = first([
    { from: '--server', value: flags.server },
    { from: nameOf(named), value: named?.server },
    { from: 'OTA_SERVER', value: OTA_SERVER || undefined },
    { from: nameOf(fallback), value: fallback?.server },
  ]);
  const url = server ? checkServer(server.value, server.from) : DEFAULT_SERVER;
  const bound = (p: Profile | undefined) =>
    p && checkServer(p.server, nameOf(p)) === url ? p.token : undefined;
  const token = first([
    { from: '--token', value: flagToken },
    { from: nameOf(named), value: bound(named) },
    { from: 'OTA_TOKEN', value: OTA_TOKEN || undefined },
    { from: nameOf(fallback), value: bound(fallback) },
  ]);
  if (!token) return { server: url };
  return { server: url, token: checkToken(token.value, token.from), tokenFrom: token.from };
}

interface Found {
  from: string;
  value: string;
}

function first(places: { from: string; value: string | undefined }[]): Found | undefined {
  return places.find((place): place is Found => place.value !== undefined);
}

function nameOf(profile: Profile | undefined): string {
  return profile ? `profile ${profile.name} in ${profile.file}` : '';
}

function checkServer(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const hint = 'give an address such as http://127.0.0.1:8000';
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`${from}: ${JSON.stringify(text)} is no address of a server; ${hint}.`);
  }
  if (url.username || url.password) {
    throw new Error(`${from}: an address holds no password here; give a token instead.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Errors of the HTTP layer would repeat a header that they refuse, so a token is looked at before. */
function checkToken(text: string, from: string): string {
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error(`${from}: this is no token; one is a single word of printable ASCII characters.`);
}
