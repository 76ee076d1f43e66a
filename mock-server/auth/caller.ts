import type { Claims } from './tokens.ts';

/** Who a request turned out to be. */
export type Caller =
  /** Nobody was asked. */
  | { role: 'anyone' }
  | { role: 'admin'; id: string }
  | { role: 'gateway' }
  | { role: 'device'; id: number; claims: Claims }
  /** The bearer of a signed link. */
  | { role: 'link'; id: string };

export const ANYONE: Caller = { role: 'anyone' };
