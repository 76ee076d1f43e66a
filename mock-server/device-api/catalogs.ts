import { Lru } from '../http/lru.ts';
import { deviceFirmwareOfType } from '../store/device-firmware.ts';
import type { Store } from '../store/store.ts';
import { type Catalog, readCatalog } from './catalog.ts';

/** Device types kept in memory. */
const KEPT = 256;
const EMPTY = readCatalog([]);

export interface Catalogs {
  /** A type's firmware as it stood at `revision` or later; `null` is a type without any. */
  get(deviceType: string, revision: number | null): Catalog | Promise<Catalog>;
  forget(): void;
}

/**
 * Firmware of device types, read once a revision. The number is read before the rows: rows may be newer than it says, never
 * older, and then the next check reads them again.
 */
export function createCatalogs(store: Store): Catalogs {
  const known = new Lru<string, { revision: number; catalog: Catalog }>(KEPT);

  async function read(deviceType: string, revision: number): Promise<Catalog> {
    const catalog = readCatalog(await deviceFirmwareOfType(store.db, deviceType));
    known.set(deviceType, { revision, catalog });
    return catalog;
  }

  return {
    get(deviceType, revision) {
      if (revision === null) return EMPTY;
      const kept = known.get(deviceType);
      return kept?.revision === revision ? kept.catalog : read(deviceType, revision);
    },
    forget: () => known.clear(),
  };
}
