import type { Clock } from '../clock.ts';
import type { ImageStore } from '../images/image-store.ts';
import type { Store } from '../store/store.ts';

/** What the route groups of contract B work with. */
export interface MeshDeps {
  store: Store;
  images: ImageStore;
  clock: Clock;
  /** Bytes of the largest file taken. */
  maxUploadSize: number;
  /** How long a gateway holds an update without a report, in milliseconds. */
  leaseMs: number;
}

/** Image bytes a painlessMesh part; MeshSwarm's OTA_PART_SIZE. */
export const PART_SIZE = 1024;
