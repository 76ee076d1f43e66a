import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../http/problem.ts';

/** Who may call a route: `read` is admin or gateway, `public` anyone. */
export type Access = 'public' | 'admin' | 'gateway' | 'read';

/** Secrets of a closed server. A missing one means that nobody has that role. */
export interface AuthKeys {
  gatewayKey?: string;
  adminToken?: string;
}

/** `'open'` asks nobody for a credential: in process, and on loopback only. */
export type AuthSettings = AuthKeys | 'open';

type Role = 'admin' | 'gateway';

const ROLES: Record<Access, readonly Role[]> = {
  public: [],
  admin: ['admin'],
  gateway: ['gateway'],
  read: ['admin', 'gateway'],
};
const HOW: Record<Role, string> = {
  admin: 'Authorization: Bearer with the admin token',
  gateway: 'X-API-Key with the gateway key',
};
const CHALLENGE: Record<Role, string> = {
  admin: 'Bearer realm="ota"',
  gateway: 'X-API-Key realm="ota"',
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares in constant time, whatever the lengths. */
function matcher(secret: string | undefined): (given: string | null | undefined) => boolean {
  if (!secret) return () => false;
  const expected = digest(secret);
  return (given) => given != null && timingSafeEqual(digest(given), expected);
}

function bearer(header: string | null): string | undefined {
  return /^bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/**
 * The check before every handler: throws Problem 401 (no or bad credential, with
 * `WWW-Authenticate`) or 403 (a good credential of another role). Never echoes a secret.
 */
export function createGuard(auth: AuthSettings): (request: Request, access: Access) => void {
  if (auth === 'open') return () => {};
  const isAdmin = matcher(auth.adminToken);
  const isGateway = matcher(auth.gatewayKey);
  return (request, access) => {
    if (access === 'public') return;
    const roles = ROLES[access];
    const held: Role[] = [];
    if (isAdmin(bearer(request.headers.get('authorization')))) held.push('admin');
    if (isGateway(request.headers.get('x-api-key'))) held.push('gateway');
    if (held.some((role) => roles.includes(role))) return;
    const how = roles.map((role) => HOW[role]).join(', or ');
    if (held.length > 0) {
      throw new Problem(403, `This credential is the ${held[0]}'s; this call needs ${how}.`);
    }
    throw new Problem(401, `This call needs ${how}; none was sent, or it is not the right one.`, {
      headers: { 'www-authenticate': roles.map((role) => CHALLENGE[role]).join(', ') },
    });
  };
}
