import type { Clock } from '../clock.ts';
import { Problem } from '../http/problem.ts';
import { ANYONE, type Caller } from './caller.ts';
import type { LinkSigner } from './links.ts';
import type { Revocations } from './revocations.ts';
import { secretMatcher } from './secret-match.ts';
import { BadToken, type Claims, checkTimes, createTokenReader, RENEWAL_GRACE } from './tokens.ts';

/**
 * Who may call a route: `read` is admin or gateway, `download` a signed link, a device or admin, `renewal` a device whose token
 * may have expired lately, `public` anyone.
 */
export type Access = 'public' | 'admin' | 'gateway' | 'read' | 'device' | 'download' | 'renewal';

/** Secrets of a server. A missing one means that nobody has that role. */
export interface AuthKeys {
  gatewayKey?: string;
  adminToken?: string;
  /** Signs JWTs of admins and devices; 32 bytes or more. */
  jwtSecret?: string;
  /**
   * Asks neither devices nor gateways for a credential, nor, under `/api/v1`, admins; for loopback only. A signed link that is
   * presented must hold all the same.
   */
  open?: boolean;
}

/** `'open'` asks nobody for a credential: in process, and on loopback only. */
export type AuthSettings = AuthKeys | 'open';

/** Whether devices and gateways are let in without a credential. */
export function isOpen(auth: AuthSettings): boolean {
  return auth === 'open' || auth.open === true;
}

export interface GuardDeps {
  links: LinkSigner;
  revocations: Revocations;
  clock: Clock;
}

interface Entrance {
  path: string;
  access: Access;
}

/** Says who calls, at once wherever it can; throws or rejects with Problem 401 or 403. */
export type Guard = (request: Request, entrance: Entrance) => Caller | Promise<Caller>;

type Role = Exclude<Caller['role'], 'anyone'>;

const ROLES: Record<Access, readonly Role[]> = {
  public: [],
  admin: ['admin'],
  gateway: ['gateway'],
  read: ['admin', 'gateway'],
  device: ['device'],
  download: ['link', 'device', 'admin'],
  renewal: ['device'],
};
const HOW: Record<Role, string> = {
  admin: "Authorization: Bearer with the admin token or an admin's JWT",
  gateway: 'X-API-Key with the gateway key',
  device: "Authorization: Bearer with the device's JWT",
  link: 'a download_url as POST /api/ota/check gives it',
};

function bearer(header: string | null): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** What a request's credentials came to: who it may be, and why one of them did not hold. */
interface Found {
  held: Caller[];
  reason?: string;
}

/**
 * The check before every handler: Problem 401 (no credential, or one that does not hold: the sentence says which check failed)
 * or 403 (a good credential of another role). Never echoes a secret.
 */
export function createGuard(auth: AuthSettings, deps: GuardDeps): Guard {
  const keys: AuthKeys = auth === 'open' ? {} : auth;
  const open = isOpen(auth);
  const isAdmin = secretMatcher(keys.adminToken);
  const isGateway = secretMatcher(keys.gatewayKey);
  const reader = keys.jwtSecret === undefined ? undefined : createTokenReader(keys.jwtSecret);

  /** Renewal alone is no use without a token, so even an open server reads it. */
  const isFree = ({ access, path }: Entrance) =>
    access === 'public' ||
    (open &&
      access !== 'renewal' &&
      (access !== 'admin' || auth === 'open' || path.startsWith('/api/v1/')));

  /** At once for a token that was seen before, as almost every one was. */
  function holder(token: string, found: Found, grace: number): Found | Promise<Found> {
    const refused = (error: unknown): Found => {
      if (!(error instanceof BadToken)) throw error;
      return { ...found, reason: `the token does not hold: ${error.message}` };
    };
    try {
      const claims = reader!.read(token);
      const held =
        claims instanceof Promise
          ? claims.then((read) => heldBy(read, found, grace))
          : heldBy(claims, found, grace);
      return held instanceof Promise ? held.catch(refused) : held;
    } catch (error) {
      return refused(error);
    }
  }

  function heldBy(claims: Claims, found: Found, grace: number): Found | Promise<Found> {
    checkTimes(claims, deps.clock.now() / 1000, grace);
    const unlessVoid = (isVoid: boolean): Found => {
      if (isVoid) throw new BadToken('it was revoked');
      return { held: [...found.held, callerOf(claims)] };
    };
    const isVoid = deps.revocations.has(claims);
    return isVoid instanceof Promise ? isVoid.then(unlessVoid) : unlessVoid(isVoid);
  }

  function find(request: Request, grace: number): Found | Promise<Found> {
    const held: Caller[] = isGateway(request.headers.get('x-api-key')) ? [{ role: 'gateway' }] : [];
    const token = bearer(request.headers.get('authorization'));
    if (token === undefined) return { held };
    // A token that was read before is none of the server's own secrets.
    if (reader?.knows(token)) return holder(token, { held }, grace);
    if (isAdmin(token)) return { held: [{ role: 'admin', id: 'token' }, ...held] };
    if (!reader) return { held, reason: 'the token is not the one of this server' };
    return holder(token, { held }, grace);
  }

  return (request, entrance) => {
    const { access } = entrance;
    const link = access === 'download' ? readLink(request.url, deps.links) : undefined;
    if (link && 'caller' in link) return link.caller;
    if (!link && isFree(entrance)) return ANYONE;
    const found = find(request, access === 'renewal' ? RENEWAL_GRACE : 0);
    const roles = ROLES[access];
    if (found instanceof Promise) return found.then((f) => judge(f, roles, link?.reason));
    return judge(found, roles, link?.reason);
  };
}

function callerOf(claims: Claims): Caller {
  if (claims.deviceId !== undefined) return { role: 'device', id: claims.deviceId, claims };
  return { role: 'admin', id: claims.sub };
}

/** `undefined` where the URL bears no signature at all. */
function readLink(
  url: string,
  links: LinkSigner,
): { caller: Caller } | { reason: string } | undefined {
  if (!/[?&]sig=/.test(url)) return undefined;
  const { pathname, searchParams } = new URL(url);
  const reason = links.refuse(pathname, searchParams);
  return reason === undefined
    ? { caller: { role: 'link', id: searchParams.get('sig') ?? '' } }
    : { reason };
}

function judge(found: Found, roles: readonly Role[], linkReason: string | undefined): Caller {
  const fit = found.held.find((caller) => (roles as readonly string[]).includes(caller.role));
  if (fit) return fit;
  const how = roles.map((role) => HOW[role]).join(', or ');
  const other = found.held[0];
  if (other)
    throw new Problem(403, `This credential is that of ${other.role}; this call needs ${how}.`);
  const reason = found.reason ?? linkReason ?? 'none was sent, or it is not the right one';
  throw new Problem(401, `This call needs ${how}; ${reason}.`, {
    headers: { 'www-authenticate': challenge(roles, found.reason !== undefined) },
  });
}

/** RFC 6750 §3 for bearer tokens; keys have no scheme of their own. */
function challenge(roles: readonly Role[], badToken: boolean): string {
  const schemes = new Set(roles.map((role) => (role === 'gateway' ? 'X-API-Key' : 'Bearer')));
  const said = (scheme: string) =>
    scheme === 'Bearer' && badToken ? ', error="invalid_token"' : '';
  return [...schemes].map((scheme) => `${scheme} realm="ota"${said(scheme)}`).join(', ');
}
