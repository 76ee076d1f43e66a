/** Handing out an image (src/painlessmesh/ota.hpp `addSendPackageCallback`, mesh.hpp `offerOTA`). */
import { encodeBase64 } from './base64.ts';
import type { MeshNode } from './node.ts';
import {
  type Announce,
  dataFor,
  printAnnounce,
  printData,
  readDataRequest,
} from './ota-packages.ts';
import { ROUTING, TYPE } from './protocol.ts';
import { broadcast, sendTo } from './routing.ts';
import { MINUTE, type Task } from './tasks.ts';
import { LOG, type Steps } from './types.ts';

const ANNOUNCEMENTS = 60;

/** What the application may say of an image; the rest is filled in. */
export type Offer = Pick<Announce, 'role' | 'hardware' | 'md5' | 'noPart'> &
  Partial<Pick<Announce, 'from' | 'forced' | 'broadcasted' | 'compressed'>>;

/** The task behind an offer, as the shared pointer that `offerOTA` returns. */
export interface OfferHandle {
  readonly enabled: boolean;
  /** Stop announcing. */
  disable(): void;
  /** Nobody holds the pointer any more: announcing goes on, the task may be used again afterwards. */
  release(): void;
}

/**
 * Answer every data request with what the application has. Nothing is checked: neither md5 nor role nor part.
 * Every sender that was ever added answers every request, unless that quirk is off: then the newest alone does.
 */
export function addOtaSender(node: MeshNode, handler: number, partSize: number): void {
  const { quirks } = node.settings;
  if (!quirks.sendersAddUp) node.handlers.delete(TYPE.OTA_DATA_REQUEST);
  node.onPackage(TYPE.OTA_DATA_REQUEST, function* (frame): Steps {
    const request = readDataRequest(frame, quirks);
    const answer = yield { kind: 'otaRequest', handler, request, partSize };
    if (!answer || answer.length === 0) return;
    if (answer.length > partSize) {
      node.log(LOG.ERROR, () => `OTA part of ${answer.length} bytes cut to ${partSize}`);
    }
    const reply = dataFor(request, encodeBase64(answer.subarray(0, partSize)), quirks);
    if (reply.routing === ROUTING.BROADCAST) broadcast(node, printData(reply), 0);
    else sendTo(node, printData(reply), reply.dest);
  });
}

/** Announce now and every minute, 60 times. Offers do not replace each other, unless that quirk is off. */
export function offerOta(node: MeshNode, offer: Offer): OfferHandle {
  const { quirks } = node.settings;
  const announce: Announce = {
    forced: false,
    from: node.nodeId,
    ...offer,
    broadcasted: quirks.broadcastedFlag ? (offer.broadcasted ?? false) : undefined,
    compressed: quirks.compressedFlag ? offer.compressed : undefined,
    routing: ROUTING.BROADCAST,
  };
  const text = printAnnounce(announce);
  const task = node.pool.add(MINUTE, ANNOUNCEMENTS, () => {
    broadcast(node, text, 0);
  });
  task.held = true;
  if (!quirks.offersAddUp) replaceOffer(node, announce, task);
  return {
    get enabled() {
      return task.enabled;
    },
    disable: () => task.disable(),
    release: () => {
      // An offer that may be replaced keeps its task: another use of it must not be disabled in its name.
      task.held = !quirks.offersAddUp;
    },
  };
}

/** Stops the offer for the same role and hardware that `task` takes the place of. */
function replaceOffer(node: MeshNode, { role, hardware }: Announce, task: Task): void {
  const key = JSON.stringify([role, hardware]);
  node.offers.get(key)?.disable();
  node.offers.set(key, task);
}
