import type { ServerAccess } from '../auth/access.ts';
import type { Clock } from '../clock.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Store } from '../store/store.ts';

/** What the route groups of contract A work with. */
export interface DeviceDeps {
  store: Store;
  images: ImageStore;
  clock: Clock;
  access: Pick<ServerAccess, 'link' | 'jwtSecret'>;
  /** Bytes of the largest file taken. */
  maxUploadSize: number;
  /** How long a device may be silent in the middle of an update, in milliseconds. */
  staleMs: number;
}

export const BASE = '/api/ota';
export const ADMIN = `${BASE}/admin`;
export const DOWNLOAD = `${BASE}/download`;
