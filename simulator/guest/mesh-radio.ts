import type { Mesh } from '../mesh/mesh.ts';
import type { MeshLink, WifiPort } from '../mesh/types.ts';
import type { TcpEnd } from '../net/tcp.ts';
import type { WifiDevice } from '../net/wifi-device.ts';

/** The SoftAP's address: 10.(id >> 8 & 255).(id & 255).1 */
export function meshAddress(nodeId: number): string {
  return `10.${(nodeId >>> 8) & 255}.${nodeId & 255}.1`;
}

/** Who drives the engine that speaks through a radio. */
export interface RadioOwner {
  readonly nodeId: number;
  readonly engine: Mesh;
  /** A stream has come up, dialled or accepted: what the engine is to write to. */
  link(end: TcpEnd): MeshLink;
  /** Something of the station has happened: `run` tells the engine, unless the owner is gone. */
  input(run: () => void): void;
}

/** A simulated radio as the mesh engine wants it. Access points are known by their node ids. */
export function radioPort(radio: WifiDevice, owner: RadioOwner): WifiPort {
  return {
    startAp: (config) =>
      radio.startAccessPoint({
        ssid: config.ssid,
        password: config.password,
        channel: config.channel,
        hidden: config.hidden,
        maxStations: config.maxConnections,
        ip: meshAddress(owner.nodeId),
      }),
    listen: (port) => radio.listen(port, (end) => owner.engine.onAccepted(owner.link(end))),
    unlisten: () => radio.unlisten(),
    startScan: (channel) =>
      radio.scan(channel, (results) => {
        const aps = results.map(({ ssid, channel, rssi, bssid }) => ({
          ssid,
          channel,
          rssi,
          nodeId: bssid,
        }));
        owner.input(() => owner.engine.onScanDone(aps));
      }),
    begin: (ap, password, channel) =>
      radio.connect({ ssid: ap.ssid, password, channel, bssid: ap.nodeId }),
    disconnect: () => radio.disconnect(),
    connected: () => radio.status === 'connected',
    ssid: () => radio.association?.accessPoint.ap?.ssid ?? '',
    dial: (port, ip) =>
      radio.dial(ip ?? 'gateway', port, (result) => {
        owner.input(() => {
          if ('end' in result) owner.engine.onConnected(owner.link(result.end));
          else owner.engine.onDialError();
        });
      }),
  };
}
