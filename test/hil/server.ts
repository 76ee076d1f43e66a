import { randomBytes } from 'node:crypto';
import { createOtaServer, mintToken, type OtaServer, serve } from '../../mock-server/index.ts';
import { createDeviceClient, createMeshClient } from '../../tools/client/index.ts';
import type { DeskServer } from './desk.ts';

export interface Wifi {
  ssid: string;
  password: string;
}

interface Keys {
  gatewayKey: string;
  adminToken: string;
  jwtSecret: string;
}

/** A server within the simulated world: its clock is the boards', nothing listens. */
export async function simServer(
  clock: { now(): number },
  wifi: Wifi,
  attach: (server: OtaServer | undefined) => void,
): Promise<DeskServer> {
  const keys = {
    gatewayKey: 'hil-gateway-key',
    adminToken: 'hil-admin-token',
    jwtSecret: 'no secret: this server is reached by simulated boards alone',
  };
  const server = await createOtaServer({ clock, auth: keys });
  attach(server);
  const fetch = (request: Request) => server.fetch(request);
  const url = 'http://ota.test';
  return {
    ...clients({ baseUrl: url, fetch }, keys),
    deviceToken: (id) =>
      mintToken(keys.jwtSecret, { role: 'device', id, now: Math.floor(clock.now() / 1000) }),
    server,
    url,
    settings: settings(url, wifi, keys),
    close: async () => {
      attach(undefined);
      await server.close();
    },
  };
}

/** A server on a port of this machine, with keys of its own. @throws Error where the port cannot be had */
export async function portServer(
  address: { host: string; port: number },
  wifi: Wifi,
): Promise<DeskServer> {
  const secret = () => randomBytes(32).toString('hex');
  const keys = { gatewayKey: secret(), adminToken: secret(), jwtSecret: secret() };
  const server = await createOtaServer({ auth: keys });
  const listening = await serve(server, address).catch(async (error) => {
    await server.close();
    throw error;
  });
  const { url } = listening;
  return {
    ...clients({ baseUrl: url }, keys),
    deviceToken: (id) => mintToken(keys.jwtSecret, { role: 'device', id }),
    server,
    url,
    settings: settings(url, wifi, keys),
    close: async () => {
      await listening.close();
      await server.close();
    },
  };
}

function clients(
  options: { baseUrl: string; fetch?: (request: Request) => Promise<Response> },
  { gatewayKey, adminToken }: Keys,
): Pick<DeskServer, 'mesh' | 'device'> {
  return {
    mesh: createMeshClient({ ...options, gatewayKey, adminToken }),
    device: createDeviceClient({ ...options, adminToken }),
  };
}

function settings(server: string, wifi: Wifi, { gatewayKey }: Keys): DeskServer['settings'] {
  return { server, wifi_ssid: wifi.ssid, wifi_pass: wifi.password, api_key: gatewayKey };
}
