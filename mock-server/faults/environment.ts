import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../clock.ts';
import type { ImageReceiver, ImageStore } from '../images/image-store.ts';
import type { FaultOf } from './fault-schema.ts';

/** What surrounds the server while it handles one request of a plan. */
export interface Environment {
  /** Added to the server's clock. */
  offsetMs?: number;
  disk?: FaultOf<'disk_full'>;
}

const environment = new AsyncLocalStorage<Environment>();

/** Runs `handle` in these surroundings; only what it does itself sees them. */
export function runIn<T>(surroundings: Environment, handle: () => T): T {
  return environment.run(surroundings, handle);
}

/** The same clock, wrong for requests whose plan says so. */
export function skewable(clock: Clock): Clock {
  return { now: () => clock.now() + (environment.getStore()?.offsetMs ?? 0) };
}

/** What Node reports of a full disk, as an upload meets it. */
function diskFull(): NodeJS.ErrnoException {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

/** The same store, on a full disk for requests whose plan says so. */
export function fillable(images: ImageStore): ImageStore {
  return {
    ...images,
    async receive() {
      const disk = environment.getStore()?.disk;
      const receiver = await images.receive();
      return disk ? onFullDisk(receiver, disk) : receiver;
    },
  };
}

function onFullDisk(receiver: ImageReceiver, disk: FaultOf<'disk_full'>): ImageReceiver {
  let free = disk.on === 'write' ? disk.after_bytes : Number.POSITIVE_INFINITY;
  return {
    ...receiver,
    async write(chunk) {
      // What fits is written, as a disk does it: the store must remove it again.
      if (chunk.length > free) await receiver.write(chunk.subarray(0, free));
      if (chunk.length > free) throw diskFull();
      free -= chunk.length;
      await receiver.write(chunk);
    },
    async finish() {
      const stored = await receiver.finish();
      if (disk.on === 'sync') throw diskFull();
      return stored;
    },
    async publish() {
      if (disk.on === 'publish') throw diskFull();
      await receiver.publish();
    },
  };
}
