import type { Clock } from '../clock.ts';
import { revokedTokens } from '../store/revoked-tokens.ts';
import type { Store } from '../store/store.ts';
import type { Claims } from './tokens.ts';

/** Milliseconds after which void tokens are read again: so long another process's revocation may take. */
const REREAD_AFTER = 5000;

export interface Revocations {
  /** Whether the token was made void; at once while the list is fresh. */
  has(claims: Claims): boolean | Promise<boolean>;
  /** Reads the list anew at the next call. */
  forget(): void;
}

interface List {
  readAt: number;
  jtis: Set<string>;
  /** Unix milliseconds, by device: tokens issued up to then are void. */
  devices: Map<number, number>;
}

export function createRevocations(store: Store, clock: Clock): Revocations {
  let list: List | undefined;

  async function reread(): Promise<List> {
    const readAt = clock.now();
    const rows = await revokedTokens(store.db);
    const jtis = rows.flatMap((row) => row.jti ?? []);
    const devices = rows.flatMap(({ device_id: id, revoked_at: at }): [number, number][] =>
      id === null ? [] : [[id, at]],
    );
    list = { readAt, jtis: new Set(jtis), devices: new Map(devices) };
    return list;
  }

  return {
    has(claims) {
      const age = list ? clock.now() - list.readAt : Number.POSITIVE_INFINITY;
      if (list && age >= 0 && age < REREAD_AFTER) return isIn(list, claims);
      return reread().then((fresh) => isIn(fresh, claims));
    },
    forget() {
      list = undefined;
    },
  };
}

function isIn({ jtis, devices }: List, claims: Claims): boolean {
  if (claims.jti !== undefined && jtis.has(claims.jti)) return true;
  const since = claims.deviceId === undefined ? undefined : devices.get(claims.deviceId);
  return since !== undefined && (claims.iat ?? 0) * 1000 <= since;
}
