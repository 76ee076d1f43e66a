/** Bits of the flags that GET_SECURITY_INFO answers with. */
const FLAGS = {
  secureBoot: 0,
  secureBootAggressiveRevoke: 1,
  secureDownload: 2,
  keyRevoked0: 3,
  keyRevoked1: 4,
  keyRevoked2: 5,
  softDisabledJtag: 6,
  hardDisabledJtag: 7,
  disabledUsb: 8,
  disabledDownloadDcache: 9,
  disabledDownloadIcache: 10,
} as const;

export interface SecurityInfo {
  flags: Record<keyof typeof FLAGS, boolean>;
  /** Odd number of bits set: flash encryption is on. */
  flashCryptCount: number;
  flashEncryption: boolean;
  keyPurposes: number[];
  /** The S2 leaves both out. */
  chipId?: number;
  apiVersion?: number;
}

/** Of a reply's body: 20 bytes of data (12 from an S2), then its status bytes. */
export function parseSecurityInfo(body: Uint8Array): SecurityInfo {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const word = view.getUint32(0, true);
  const long = body.length >= SECURITY_INFO_LONG + 2;
  const flashCryptCount = body[4]!;
  return {
    flags: Object.fromEntries(
      Object.entries(FLAGS).map(([name, bit]) => [name, ((word >>> bit) & 1) === 1]),
    ) as SecurityInfo['flags'],
    flashCryptCount,
    flashEncryption: bitsOf(flashCryptCount) % 2 === 1,
    keyPurposes: [...body.subarray(5, 12)],
    chipId: long ? view.getUint32(12, true) : undefined,
    apiVersion: long ? view.getUint32(16, true) : undefined,
  };
}

export const SECURITY_INFO_LONG = 20;
export const SECURITY_INFO_SHORT = 12;

function bitsOf(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
