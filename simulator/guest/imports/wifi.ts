import type { Guest } from '../guest.ts';
import { nodeIdOf } from '../mesh-binding.ts';
import { meshAddress } from '../mesh-radio.ts';
import type { ImportModule } from './index.ts';

/** wl_status_t */
const STATUS = { idle: 0, connected: 3, failed: 4, disconnected: 6, connecting: 6 } as const;

/** An IPv4 address as IPAddress keeps it: first octet in the lowest byte. */
export function packAddress(dotted: string): number {
  return dotted.split('.').reduce((word, octet, i) => word | (Number(octet) << (8 * i)), 0) >>> 0;
}

export function wifiImports(guest: Guest): ImportModule {
  const { radio, mac } = guest.host;
  const memory = () => guest.memory;
  return {
    watch: () => guest.binding.wifi.watch(),
    event: (out: number) => guest.binding.wifi.take(out),
    mode: () => {},
    begin: (ssid: number, n: number, pass: number, m: number, channel: number) => {
      guest.passes.worked = true;
      radio.connect({
        ssid: memory().text(ssid, n),
        password: memory().text(pass, m),
        channel: channel || undefined,
      });
    },
    disconnect: () => radio.disconnect(),
    status: () => STATUS[radio.status],
    ip: (which: number) => {
      const stay = radio.association;
      const address = [stay?.ip, radio.ap ? meshAddress(nodeIdOf(mac)) : undefined, stay?.gateway][
        which
      ];
      return address ? packAddress(address) : 0;
    },
    rssi: () => {
      const ap = radio.association?.accessPoint;
      return ap ? (radio.medium.rssi(ap.name, radio.name) ?? 0) : 0;
    },
    channel: () => radio.association?.accessPoint.ap?.channel ?? radio.ap?.channel ?? 1,
    ssid: (out: number, capacity: number) => {
      const bytes = new TextEncoder().encode(radio.association?.accessPoint.ap?.ssid ?? '');
      if (bytes.length <= capacity) memory().put(out, bytes);
      return bytes.length;
    },
  };
}
