/** Releases of painlessMesh and the confirmed peculiarities of each, by name: what a real mesh of that release will do. */

/** `alteriom-1.9`: that fork's OTA packages and OTA routing on top of 1.5.6; its bridges and gateways are not here. */
export const VERSIONS = ['1.5.3', '1.5.4', '1.5.5', '1.5.6', 'alteriom-1.9'] as const;
export type LibraryVersion = (typeof VERSIONS)[number];

/** Each one: true as the library does it, false as a repaired library would. */
export interface Quirks {
  /** Receiver: a newer announce in mid-transfer keeps the part number, so two images are mixed and the MD5 fails. */
  partKeptOnNewAnnounce: boolean;
  /** Receiver: after a newer announce or a failed write the old request task goes on, and its end clears a healthy transfer. */
  zombieRequests: boolean;
  /** Receiver: after the last unanswered request the part number stays; the next announce of any image resumes there. */
  partKeptWhenGivenUp: boolean;
  /** Receiver: a forced announce is taken every time, also by a node that runs that image: it flashes once a minute. */
  forcedEveryAnnounce: boolean;
  /** Receiver: a part that arrives after the last one is written to an update that has ended, and fails. */
  lastPartTwice: boolean;
  /** Receiver that is no root: a broadcasted announce marks its MD5 as being fetched, with no request and no end to it. */
  deafAfterBroadcast: boolean;
  /** Receiver: base64 is taken unchecked; `,` `-` `.` `_` count as `+` `/`, any other character as `A`. */
  uncheckedBase64: boolean;
  /** Packages: a missing string reads as "null", which two nodes without a role then agree on. */
  missingTextIsNull: boolean;
  /** Sender: each `initOTASend` adds a handler, and every handler answers every request. */
  sendersAddUp: boolean;
  /** Sender: an offer leaves earlier offers for the same role running, so nodes flip between two images. */
  offersAddUp: boolean;
  /** Sender: parts of a broadcasted image go to the node that asked, and to nobody else. */
  broadcastedPartsUnicast: boolean;
  /** Time sync: a sample counts only if its round trip is at most 85 times what the answer took: fast peers never settle. */
  fastAnswersDiscarded: boolean;
  /** Time sync: an offset of exactly 0 counts as not settled, and is asked for again five times a second. */
  zeroOffsetAsksAgain: boolean;
  /** Station: shorter, partly random waits; an unrooted part that expects no root moves less the larger it is. */
  stationBefore156: boolean;
  /** Packages: `broadcasted` is written and obeyed. */
  broadcastedFlag: boolean;
  /** Packages: `compressed` travels with an image's packages. A flag without a codec. */
  compressedFlag: boolean;
}

const COMMON: Quirks = {
  partKeptOnNewAnnounce: true,
  zombieRequests: true,
  partKeptWhenGivenUp: true,
  forcedEveryAnnounce: true,
  lastPartTwice: true,
  deafAfterBroadcast: true,
  uncheckedBase64: true,
  missingTextIsNull: true,
  sendersAddUp: true,
  offersAddUp: true,
  broadcastedPartsUnicast: true,
  fastAnswersDiscarded: true,
  zeroOffsetAsksAgain: true,
  stationBefore156: false,
  broadcastedFlag: true,
  compressedFlag: false,
};

const OF_VERSION: Record<LibraryVersion, Partial<Quirks>> = {
  '1.5.3': { stationBefore156: true, broadcastedFlag: false, deafAfterBroadcast: false },
  '1.5.4': { stationBefore156: true },
  '1.5.5': { stationBefore156: true },
  '1.5.6': {},
  'alteriom-1.9': { broadcastedPartsUnicast: false, compressedFlag: true },
};

/** @throws RangeError on a version or a quirk that is not known */
export function quirksOf(version: LibraryVersion, changes: Partial<Quirks> = {}): Quirks {
  const own = OF_VERSION[version];
  if (!own) {
    throw new RangeError(`painlessMesh ${version} is not known: use ${VERSIONS.join(', ')}`);
  }
  for (const name of Object.keys(changes)) {
    if (!(name in COMMON)) {
      throw new RangeError(`no quirk "${name}": there are ${Object.keys(COMMON).join(', ')}`);
    }
  }
  return { ...COMMON, ...own, ...changes };
}
