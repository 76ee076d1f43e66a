import { createHash } from 'node:crypto';

/** Secrets of a run come from its seed, so that two runs send the same bytes. */
export function secretOf(seed: string, name: string): string {
  return createHash('sha256').update(`${name} of ${seed}`).digest('hex');
}
