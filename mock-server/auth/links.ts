import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Lru } from '../http/lru.ts';
import { type AuthKeys, type AuthSettings, isOpen } from './guard.ts';

/** A secret that signs links, under the name that stands in them. */
export interface LinkKey {
  /** 1 to 16 of `A-Z a-z 0-9 _ -`. */
  id: string;
  /** 16 characters or more. */
  secret: string;
}

export interface LinkSigner {
  /** The query that makes `path` a link: `expires` (Unix seconds), `key`, and `sig`, HMAC-SHA256 in hexadecimal. */
  sign(path: string): string;
  /** Why a link does not hold, or `undefined` for one that does. `query` may hold more than the link's own parts. */
  refuse(path: string, query: URLSearchParams): string | undefined;
}

const SIGNED_KEPT = 256;

/**
 * Links that are good for GET and HEAD of one path until they expire. The first key signs, all of them verify, so that a key can
 * be rotated under links that are out.
 */
export function createLinkSigner(
  keys: readonly LinkKey[],
  ttlSeconds: number,
  clock: Clock,
): LinkSigner {
  const first = keys[0];
  if (!first) throw new Error('Links need a key to sign them.');
  for (const key of keys) checkKey(key);
  const byId = new Map(keys.map((key) => [key.id, key]));
  const seconds = () => Math.floor(clock.now() / 1000);
  // Many devices are offered the same firmware in the same second.
  const signed = new Lru<string, { expires: number; query: string }>(SIGNED_KEPT);
  return {
    sign(path) {
      const expires = seconds() + ttlSeconds;
      const last = signed.get(path);
      if (last?.expires === expires) return last.query;
      const sig = signatureOf(first, path, String(expires)).toString('hex');
      const query = `expires=${expires}&key=${first.id}&sig=${sig}`;
      signed.set(path, { expires, query });
      return query;
    },
    refuse(path, query) {
      const key = byId.get(query.get('key') ?? '');
      const expires = query.get('expires') ?? '';
      const sig = query.get('sig') ?? '';
      if (!key) return 'the link is signed with a key that is not known here (any more)';
      if (!/^\d{1,12}$/.test(expires) || !/^[0-9a-f]{64}$/i.test(sig)) {
        return 'the link is incomplete: it needs expires, key and sig as they were given';
      }
      if (!timingSafeEqual(Buffer.from(sig, 'hex'), signatureOf(key, path, expires))) {
        return "the link's signature does not match its path and expiry";
      }
      return Number(expires) <= seconds() ? 'the link has expired' : undefined;
    },
  };
}

/** `?expires=` stands between path and time, so that no digit can pass from one to the other. */
function signatureOf(key: LinkKey, path: string, expires: string): Buffer {
  return createHmac('sha256', key.secret).update(`${path}?expires=${expires}`).digest();
}

function checkKey({ id, secret }: LinkKey): void {
  if (!/^[\w-]{1,16}$/.test(id)) {
    throw new Error(`The link key id ${JSON.stringify(id)} is not 1 to 16 of A-Z a-z 0-9 _ -.`);
  }
  if (secret.length < 16) throw new Error(`The secret of link key ${id} has under 16 characters.`);
}

/**
 * The key of a server that was given none. It follows from the JWT secret or the admin token, so that links outlive a restart;
 * an open server has neither, and its links guard nothing. Only a server with a gateway's key alone draws one by chance.
 */
export function derivedLinkKey(auth: AuthSettings): LinkKey {
  const keys: AuthKeys = auth === 'open' ? {} : auth;
  const known = keys.jwtSecret ?? keys.adminToken ?? (isOpen(auth) ? 'open' : undefined);
  const source = known ?? randomBytes(32).toString('hex');
  return { id: 'k0', secret: createHmac('sha256', source).update('download links').digest('hex') };
}
