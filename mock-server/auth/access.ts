import type { Clock } from '../clock.ts';
import { type Admission, createAdmission } from '../http/admission.ts';
import { type Client, createClientReader } from '../http/client.ts';
import { createRateLimiter, type RateLimits } from '../http/rate-limit.ts';
import { type Revocation, revokeTokens } from '../store/revoked-tokens.ts';
import type { Store } from '../store/store.ts';
import { type AuthSettings, createGuard } from './guard.ts';
import { createLinkSigner, derivedLinkKey, type LinkKey } from './links.ts';
import { createRevocations } from './revocations.ts';
import { tokenKey } from './tokens.ts';

/** Who is let in, how often, and what links look like. */
export interface AccessOptions {
  /** Default `'open'`: no credentials. Only a loopback port will serve that. */
  auth?: AuthSettings;
  links?: {
    /** The first signs, all are good: two while one is rotated. Default: one that follows from the other secrets. */
    keys?: LinkKey[];
    /** Default 3600. */
    ttlSeconds?: number;
    /** Stands before the path in links, for a CDN: `https://cdn.example/ota`. Default `publicUrl`, else the request's Host. */
    baseUrl?: string;
  };
  publicUrl?: string;
  /** Default: nobody is limited. */
  limits?: RateLimits;
  /** Addresses or CIDR blocks whose `X-Forwarded-For`, `-Proto` and `-Host` count. Default none. */
  proxies?: string[];
  /** Refuses plain HTTP from anywhere but this machine. */
  requireHttps?: boolean;
}

export interface ServerAccess {
  admit: Admission;
  /** A download link for `path`, absolute and signed, as this client can reach it. */
  link(path: string, client: Client): string;
  /** Of JWTs; absent where none are given. */
  jwtSecret: string | undefined;
  /** Makes tokens void. */
  revoke(what: Revocation): Promise<void>;
  /** Drops what is kept of clients and of the database. */
  forget(): void;
}

const LINK_TTL = 3600;
const DEFAULT_ORIGIN = 'http://ota.test';

/**
 * Reads the options, before anything is opened for them: throws a sentence where one makes no sense. The store comes when it is
 * there.
 */
export function planAccess(
  options: AccessOptions & { auth: AuthSettings },
  clock: Clock,
): (store: Store) => ServerAccess {
  const { auth, links: given = {}, limits } = options;
  const jwtSecret = auth === 'open' ? undefined : auth.jwtSecret;
  if (jwtSecret !== undefined) tokenKey(jwtSecret);
  const keys = given.keys?.length ? given.keys : [derivedLinkKey(auth)];
  const links = createLinkSigner(keys, given.ttlSeconds ?? LINK_TTL, clock);
  const limiter = limits && createRateLimiter(limits, clock);
  const clientOf = createClientReader(options.proxies ?? []);
  const fixedBase = baseOf(given.baseUrl) ?? baseOf(options.publicUrl);
  const requireHttps = options.requireHttps ?? false;
  return (store) => {
    const revocations = createRevocations(store, clock);
    const guard = createGuard(auth, { links, revocations, clock });
    return {
      admit: createAdmission({ guard, clientOf, limiter, requireHttps }),
      link: (path, client) =>
        `${fixedBase ?? client.origin ?? DEFAULT_ORIGIN}${path}?${links.sign(path)}`,
      jwtSecret,
      async revoke(what) {
        await revokeTokens(store.db, what, clock.now());
        revocations.forget();
      },
      forget() {
        revocations.forget();
        limiter?.forget();
      },
    };
  };
}

/** A URL without its last slash; `undefined` where none is given. */
function baseOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.search && !parsed.hash) {
    return parsed.href.replace(/\/+$/, '');
  }
  throw new Error(`${url} is no base for links: give one such as https://cdn.example/ota.`);
}
