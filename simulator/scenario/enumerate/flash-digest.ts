import { createHash } from 'node:crypto';
import { type NorFlash, SECTOR_SIZE } from '../../board/nor-flash.ts';

/** Of sectors that nobody writes any more: `snapshot` leaves them to whoever asked. */
const KNOWN = new WeakMap<Uint8Array, string>();
const ERASED = hashOf(new Uint8Array(SECTOR_SIZE).fill(0xff));

/** SHA-256 over all of a flash: equal where every byte is equal. Sectors that did not change since the last call cost nothing. */
export function flashDigest(flash: NorFlash): string {
  const hash = createHash('sha256');
  for (const sector of flash.snapshot()) hash.update(sector ? digestOf(sector) : ERASED);
  return hash.digest('hex');
}

function digestOf(sector: Uint8Array): string {
  let digest = KNOWN.get(sector);
  if (digest === undefined) KNOWN.set(sector, (digest = hashOf(sector)));
  return digest;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
