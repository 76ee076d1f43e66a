import { randomBytes } from 'node:crypto';
import { createOtaServer, type OtaServer, serve } from '../../mock-server/index.ts';
import { createDeviceClient, createMeshClient } from '../../tools/client/index.ts';
import type { DeskServer } from './desk.ts';

export interface Wifi {
  ssid: string;
  password: string;
}

interface Keys {
  gatewayKey: string;
  adminToken: string;
}

/** A server within the simulated world: its clock is the boards', nothing listens. */
export async function simServer(
  clock: { now(): number },
  wifi: Wifi,
  attach: (server: OtaServer | undefined) => void,
): Promise<DeskServer> {
  const keys = { gatewayKey: 'hil-gateway-key', adminToken: 'hil-admin-token' };
  const server = await createOtaServer({ clock, auth: keys });
  attach(server);
  const fetch = (request: Request) => server.fetch(request);
  const url = 'http://ota.test';
  return {
    ...clients({ baseUrl: url, fetch }, keys),
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
  const keys = {
    gatewayKey: randomBytes(18).toString('hex'),
    adminToken: randomBytes(18).toString('hex'),
  };
  const server = await createOtaServer({ auth: keys });
  const listening = await serve(server, address).catch(async (error) => {
    await server.close();
    throw error;
  });
  const { url } = listening;
  return {
    ...clients({ baseUrl: url }, keys),
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
  keys: Keys,
): Pick<DeskServer, 'mesh' | 'device'> {
  return {
    mesh: createMeshClient({ ...options, ...keys }),
    device: createDeviceClient({ ...options, ...keys }),
  };
}

function settings(server: string, wifi: Wifi, { gatewayKey }: Keys): DeskServer['settings'] {
  return { server, wifi_ssid: wifi.ssid, wifi_pass: wifi.password, api_key: gatewayKey };
}
