import { concatBytes, utf8, viewOf } from '../bytes.ts';
import { sha1 } from '../sha1.ts';
import type { TypedValue } from './nvs-csv-value.ts';

/** What the generator adds to the keys of the Wi-Fi driver (nvs_partition_gen.py 0.2.0, `write_entry`):
 * the driver takes its settings only whole. */

export interface ExtraEntry extends TypedValue {
  key: string;
}

const blob = (key: string, value: Uint8Array): ExtraEntry => ({ key, type: 'blob', value });

const PMK_OFFSET = 100;

export class WifiExtras {
  #stationDone = false;
  #apDone = false;
  readonly #ap = new Map<string, string>();

  /** Entries to write before the row's own.
   * @param text the row's value as it stands in the CSV */
  before(key: string, text: string): ExtraEntry[] {
    if (key !== 'ap.ssid' && key !== 'ap.passwd' && key !== 'ap.authmode') return [];
    // The generator would write the key again at each later row; the chip wants it once.
    if (this.#apDone) return [];
    if (key !== 'ap.authmode' || text !== '0') this.#ap.set(key, text);
    const ssid = this.#ap.get('ap.ssid');
    const passphrase = this.#ap.get('ap.passwd');
    if (!ssid || !passphrase || !this.#ap.get('ap.authmode')) return [];
    this.#apDone = true;
    const pmk = wifiPmk(passphrase, ssid);
    return [blob('ap.pmk_info', concatBytes([new Uint8Array(PMK_OFFSET), pmk]))];
  }

  /** Entries to write behind the row's own: once in a partition. */
  after(key: string): ExtraEntry[] {
    if ((key !== 'sta.ssid' && key !== 'sta.pswd') || this.#stationDone) return [];
    this.#stationDone = true;
    return [
      blob('sta.apinfo', new Uint8Array(140).fill(0xff)),
      blob('sta.pmk', new Uint8Array(32)),
      blob('sta.apsw', new Uint8Array(2)),
    ];
  }
}

/** The pairwise master key of WPA2 (IEEE 802.11i §H.4): PBKDF2 with HMAC-SHA-1 (RFC 8018), 4096 rounds,
 * 32 bytes. */
export function wifiPmk(passphrase: string, ssid: string): Uint8Array {
  const key = hmacKey(utf8(passphrase));
  const parts = [1, 2].map((block) => {
    const number = new Uint8Array(4);
    viewOf(number).setUint32(0, block, false);
    let u = hmacSha1(key, concatBytes([utf8(ssid), number]));
    const sum = u.slice();
    for (let round = 1; round < 4096; round++) {
      u = hmacSha1(key, u);
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! ^ u[i]!;
    }
    return sum;
  });
  return concatBytes(parts).slice(0, 32);
}

interface HmacKey {
  inner: Uint8Array;
  outer: Uint8Array;
}

/** RFC 2104. */
function hmacKey(secret: Uint8Array): HmacKey {
  const block = new Uint8Array(64);
  block.set(secret.length > 64 ? sha1(secret) : secret);
  return { inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) };
}

function hmacSha1({ inner, outer }: HmacKey, message: Uint8Array): Uint8Array {
  return sha1(concatBytes([outer, sha1(concatBytes([inner, message]))]));
}
