import type { InitConfig } from '../../mesh/types.ts';
import type { WifiDevice } from '../../net/wifi-device.ts';
import type { Guest } from '../guest.ts';
import type { MeshBinding } from '../mesh-binding.ts';
import { meshAddress } from '../mesh-radio.ts';
import type { ImportModule } from './index.ts';
import { packAddress } from './wifi.ts';

/** wifi_mode_t */
const MODE: Record<number, InitConfig['mode']> = { 1: 'sta', 2: 'ap', 3: 'ap+sta' };

export function meshImports(guest: Guest): ImportModule {
  return { ...lifeImports(guest), ...messageImports(guest), ...queryImports(guest) };
}

/** init, update() and stop. */
function lifeImports(guest: Guest): ImportModule {
  const { memory, binding, engine, text } = doors(guest);
  return {
    init: (
      s: number,
      sn: number,
      p: number,
      pn: number,
      port: number,
      mode: number,
      channel: number,
      hidden: number,
      max: number,
    ) =>
      engine().init({
        ssid: text(s, sn),
        password: text(p, pn),
        port,
        mode: MODE[mode] ?? 'ap+sta',
        channel,
        hidden: hidden !== 0,
        maxConnections: max,
      }),
    stop: () => engine().stop(),
    poll: (out: number) => {
      const event = binding().poll();
      if (!event) return 0;
      const to = memory();
      to.putU32(out, event.kind);
      to.putU32(out + 4, event.a);
      to.putU32(out + 8, event.b);
      to.putU32(out + 12, event.text.length);
      return 1;
    },
    text: (out: number) => memory().put(out, binding().text),
    reply: (data: number, length: number) => binding().reply(memory().bytes(data, length)),
  };
}

/** What is sent, offered and subscribed to. */
function messageImports(guest: Guest): ImportModule {
  const { engine, text } = doors(guest);
  const sent = (ok: boolean) => {
    guest.passes.worked = true;
    return ok ? 1 : 0;
  };
  return {
    send_single: (dest: number, p: number, n: number) =>
      sent(engine().sendSingle(dest >>> 0, text(p, n))),
    send_broadcast: (p: number, n: number, self: number) =>
      sent(engine().sendBroadcast(text(p, n), self !== 0)),
    send_package: (p: number, n: number) => sent(engine().sendPackage(text(p, n))),
    subscribe: (type: number) => {
      engine().subscribePackage(type);
    },
    ota_init_send: (partSize: number) => engine().initOTASend(partSize >>> 0),
    ota_init_receive: (p: number, n: number) => engine().initOTAReceive(text(p, n)),
    station_manual: (s: number, sn: number, p: number, pn: number, port: number, ip: number) => {
      const address = ip
        ? [0, 8, 16, 24].map((shift) => (ip >>> shift) & 255).join('.')
        : undefined;
      engine().stationManual(text(s, sn), text(p, pn), port, address);
    },
    delay_meas: (id: number) => sent(engine().startDelayMeas(id >>> 0)),
  };
}

/** host_mesh_query, by its number. */
const QUERIES: ((mesh: MeshBinding, radio: WifiDevice) => number)[] = [
  ({ nodeId }) => nodeId | 0,
  ({ engine }) => engine.getNodeTime() | 0,
  ({ engine }) => engine.stability | 0,
  ({ engine }) => Number(engine.isRoot()),
  (_, { association }) => (association ? packAddress(association.ip) | 0 : 0),
  ({ nodeId }) => packAddress(meshAddress(nodeId)) | 0,
];

/** What the sketch asks the mesh. */
function queryImports(guest: Guest): ImportModule {
  const { memory, binding, engine } = doors(guest);
  return {
    is_connected: (id: number) => (engine().isConnected(id >>> 0) ? 1 : 0),
    node_list: (out: number, capacity: number, self: number) => {
      const ids = engine().getNodeList(self !== 0);
      if (ids.length <= capacity) ids.forEach((id, i) => memory().putU32(out + 4 * i, id));
      return ids.length;
    },
    sub_connection_json: (out: number, capacity: number, pretty: number) => {
      const bytes = new TextEncoder().encode(engine().subConnectionJson(pretty !== 0));
      if (bytes.length <= capacity) memory().put(out, bytes);
      return bytes.length;
    },
    query: (what: number) => QUERIES[what]?.(binding(), guest.host.radio) ?? 0,
    set: (what: number, value: number) => {
      if (what === 0) engine().setRoot(value !== 0);
      if (what === 1) engine().setContainsRoot(value !== 0);
      if (what === 2) engine().setDebugMsgTypes(value >>> 0);
      if (what === 3) engine().stability = value >>> 0;
    },
    hostname: () => {},
  };
}

function doors(guest: Guest) {
  const memory = () => guest.memory;
  const binding = () => guest.binding.theMesh();
  const engine = () => binding().engine;
  const text = (pointer: number, length: number) => memory().text(pointer, length);
  return { memory, binding, engine, text };
}
