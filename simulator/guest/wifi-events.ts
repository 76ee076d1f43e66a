import type { Guest } from './guest.ts';
import { packAddress } from './imports/wifi.ts';

/** Channels of host.h below 16 belong to the host. */
const CHANNEL_WIFI = 1;
const CONNECTED = 1;
const DISCONNECTED = 2;
/** A firmware whose driver task hangs loses the oldest of so many. */
const MOST = 32;

interface StationEvent {
  kind: number;
  reason: number;
  ip: string;
  gateway: string;
  channel: number;
  ssid: string;
  rssi: number;
  bssid: number;
}

/** What happened to the station, waiting for esp_wifi's driver task to take it; sketches poll the status instead. */
export class WifiEvents {
  readonly #guest: Guest;
  #watched = false;
  readonly #waiting: StationEvent[] = [];

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  watch(): void {
    this.#watched = true;
  }

  add(event: 'gotIp' | 'disconnected'): void {
    if (!this.#watched) return;
    const { radio } = this.#guest.host;
    const stay = radio.association;
    const ap = stay?.accessPoint;
    this.#waiting.push({
      kind: event === 'gotIp' ? CONNECTED : DISCONNECTED,
      reason: event === 'gotIp' ? 0 : radio.reason,
      ip: stay?.ip ?? '0.0.0.0',
      gateway: stay?.gateway ?? '0.0.0.0',
      channel: ap?.ap?.channel ?? 0,
      ssid: ap?.ap?.ssid ?? '',
      rssi: (ap && radio.medium.rssi(ap.name, radio.name)) ?? 0,
      bssid: ap?.bssid ?? 0,
    });
    if (this.#waiting.length > MOST) this.#waiting.shift();
    this.#guest.channels.notify(CHANNEL_WIFI);
  }

  /** Lays the oldest event into memory as host_wifi_event_t; 0 when there is none. */
  take(out: number): 0 | 1 {
    const event = this.#waiting.shift();
    if (!event) return 0;
    const { memory } = this.#guest;
    const ssid = new TextEncoder().encode(event.ssid).subarray(0, 32);
    const netmask = event.kind === CONNECTED ? '255.255.255.0' : '0.0.0.0';
    const words = [
      event.kind,
      event.reason,
      packAddress(event.ip),
      packAddress(netmask),
      packAddress(event.gateway),
      event.channel,
      ssid.length,
      event.rssi,
    ];
    words.forEach((word, i) => memory.putU32(out + 4 * i, word));
    const tail = new Uint8Array(40);
    new DataView(tail.buffer).setUint32(2, event.bssid);
    tail.set(ssid, 8);
    memory.put(out + 32, tail);
    return 1;
  }
}
