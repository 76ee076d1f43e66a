import { compactVerify, errors } from 'jose';
import { Lru } from '../http/lru.ts';
import { hasDuplicateKeys } from './json-keys.ts';

/** What a token with a good signature says; its times are not judged yet. */
export interface Claims {
  role: 'admin' | 'device';
  /** Whose token: of a device its id, in decimal. */
  sub: string;
  deviceId: number | undefined;
  jti: string | undefined;
  /** Unix seconds. */
  exp: number | undefined;
  nbf: number | undefined;
  iat: number | undefined;
}

/** Seconds that two clocks may differ by. */
export const LEEWAY = 30;
/** Seconds after `exp` in which a device may still renew: it may have slept. */
export const RENEWAL_GRACE = 30 * 24 * 3600;
/** Characters; ours have some 200. */
const LONGEST = 4096;
const KEPT = 4096;
/** RFC 7518 §3.2: a key is at least as long as the hash. */
const SHORTEST_SECRET = 32;

/** Why a token does not hold; the sentence never repeats any of it. */
export class BadToken extends Error {}

export interface TokenReader {
  /** The claims of a token with a good signature; at once where it was seen before. Throws or rejects with BadToken. */
  read(token: string): Claims | Promise<Claims>;
  /** Whether it was read, and its signature was good. */
  knows(token: string): boolean;
}

/** Reads HS256 JWTs (RFC 7519) signed with `secret`. Throws where the secret is too short. */
export function createTokenReader(secret: string): TokenReader {
  const key = tokenKey(secret);
  const known = new Lru<string, Claims>(KEPT);

  async function verify(token: string): Promise<Claims> {
    const claims = readClaims(await verifySignature(token, key));
    known.set(token, claims);
    return claims;
  }

  return {
    read(token) {
      if (token.length > LONGEST) throw new BadToken(`it is longer than ${LONGEST} characters`);
      return known.get(token) ?? verify(token);
    },
    knows: (token) => known.get(token) !== undefined,
  };
}

export function tokenKey(secret: string): Uint8Array {
  const key = new TextEncoder().encode(secret);
  if (key.length >= SHORTEST_SECRET) return key;
  throw new Error(
    `The JWT secret has ${key.length} bytes; HS256 asks for ${SHORTEST_SECRET} or more.`,
  );
}

async function verifySignature(token: string, key: Uint8Array): Promise<string> {
  checkForm(token);
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['HS256'] });
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch (error) {
    throw new BadToken(reasonOf(error));
  }
}

/** Three parts of base64url without padding (RFC 7515 §2), and a header that names nothing twice. */
function checkForm(token: string): void {
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]*$/.test(part))) {
    throw new BadToken('it is not a JWT: three base64url parts with dots between them');
  }
  if (parts.some((part) => part.length % 4 === 1)) throw new BadToken('its base64url is cut off');
  const header = Buffer.from(parts[0] ?? '', 'base64url').toString();
  if (isObject(header) && hasDuplicateKeys(header)) {
    throw new BadToken('its header names a parameter twice');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its alg is not HS256';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match';
  return 'its header or payload cannot be read';
}

function isObject(json: string): boolean {
  try {
    const value = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function readClaims(json: string): Claims {
  if (!isObject(json)) throw new BadToken('its payload is not a JSON object');
  if (hasDuplicateKeys(json)) throw new BadToken('its payload names a claim twice');
  const payload = JSON.parse(json) as Record<string, unknown>;
  const { role, sub, jti } = payload;
  if (role !== 'admin' && role !== 'device') throw new BadToken('its role is not one known here');
  if (jti !== undefined && typeof jti !== 'string') throw new BadToken('its jti is not text');
  const exp = seconds(payload, 'exp');
  if (role === 'admin' && exp === undefined) throw new BadToken('it has no exp, which admins need');
  const deviceId = role === 'device' ? deviceIdOf(sub) : undefined;
  const times = { exp, nbf: seconds(payload, 'nbf'), iat: seconds(payload, 'iat') };
  return { role, sub: typeof sub === 'string' ? sub : '', deviceId, jti, ...times };
}

function deviceIdOf(sub: unknown): number {
  const id = typeof sub === 'string' && /^(0|[1-9]\d{0,15})$/.test(sub) ? Number(sub) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new BadToken('its sub is not a device id in decimal');
}

function seconds(payload: Record<string, unknown>, name: string): number | undefined {
  const value = payload[name];
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new BadToken(`its ${name} is not a number of seconds`);
}

/** Whether a token holds at `now` (Unix seconds), `grace` seconds after its end included; throws BadToken where not. */
export function checkTimes(claims: Claims, now: number, grace = 0): void {
  if (claims.nbf !== undefined && now < claims.nbf - LEEWAY) {
    throw new BadToken('it is not valid yet (nbf); check the clocks');
  }
  if (claims.exp !== undefined && now >= claims.exp + LEEWAY + grace) {
    throw new BadToken(
      grace > 0 ? 'it expired too long ago (exp) to be renewed' : 'it has expired (exp)',
    );
  }
}
