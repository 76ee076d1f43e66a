import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Claims, tokenKey } from './tokens.ts';

export interface TokenOrder {
  role: 'admin' | 'device';
  /** Of a device its id, 0 to 2^53 − 1; of an admin a name or number for people. */
  id: number | string;
  /** Seconds; an admin's default is 90 days, a device's token does not expire by default. */
  ttl?: number;
  /** Unix seconds; default the machine's clock. */
  now?: number;
  /** Default a random UUID. */
  jti?: string;
}

const ADMIN_TTL = 90 * 24 * 3600;

/** A new HS256 token. Throws a sentence where the order makes no sense. */
export function mintToken(secret: string, order: TokenOrder): Promise<string> {
  const sub = String(order.id);
  if (order.role === 'device' && !isDeviceId(sub)) {
    throw new Error(`A device id is a number from 0 to ${Number.MAX_SAFE_INTEGER}, not ${sub}.`);
  }
  const ttl = order.ttl ?? (order.role === 'admin' ? ADMIN_TTL : undefined);
  if (ttl !== undefined && !(ttl >= 1)) throw new Error('A token lives for a second or longer.');
  const iat = order.now ?? Math.floor(Date.now() / 1000);
  const token = new SignJWT({ role: order.role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(iat)
    .setJti(order.jti ?? randomUUID());
  if (ttl !== undefined) token.setExpirationTime(iat + Math.floor(ttl));
  return token.sign(tokenKey(secret));
}

function isDeviceId(text: string): boolean {
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
}

/**
 * The token after `old`, for as long a time, and when it expires (Unix seconds). Its `jti` follows from the old one and `now`,
 * so that a renewal asked for twice in a second (its answer was lost) gives the same token.
 */
export async function renewToken(
  secret: string,
  old: Claims,
  now: number,
): Promise<{ token: string; expiresAt: number | undefined }> {
  const jti = createHash('sha256')
    .update(JSON.stringify([old.sub, old.jti, old.iat, now]))
    .digest('hex')
    .slice(0, 32);
  const order = { role: 'device', id: old.sub, now, jti } as const;
  if (old.exp === undefined) return { token: await mintToken(secret, order), expiresAt: undefined };
  const ttl = Math.max(1, Math.floor(old.exp - (old.iat ?? old.nbf ?? now)));
  return { token: await mintToken(secret, { ...order, ttl }), expiresAt: now + ttl };
}
