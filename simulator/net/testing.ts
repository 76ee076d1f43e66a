import { Kernel } from '../kernel/kernel.ts';
import type { TcpEnd } from './tcp.ts';
import { type DeviceOptions, WifiDevice } from './wifi-device.ts';
import { WifiMedium } from './wifi-medium.ts';

/** A small air for tests: everyone hears everyone, devices are up, and waiting is one call. */
export function testAir(seed = 'net') {
  const kernel = new Kernel(seed);
  const medium = new WifiMedium(kernel, () => -50);
  const device = (name: string, options: Partial<DeviceOptions> = {}) => {
    const created = new WifiDevice(medium, {
      name,
      board: medium.devices.size,
      bssid: medium.devices.size + 1,
      ...options,
    });
    created.powerOn();
    return created;
  };
  const settle = (us = 3_000_000) => kernel.runUntil(kernel.now + us);
  const join = async (station: WifiDevice, ssid = 'net') => {
    station.connect({ ssid, password: 'secret' });
    await settle();
  };
  const dial = async (station: WifiDevice, host = 'gateway', port = 5555): Promise<TcpEnd> => {
    const box: { end?: TcpEnd; error?: string } = {};
    station.dial(host, port, (result) => Object.assign(box, result));
    await settle(100_000);
    if (!box.end) throw new Error(`not connected: ${box.error}`);
    return box.end;
  };
  return { kernel, medium, device, settle, join, dial };
}

export const AP = { ssid: 'net', password: 'secret', channel: 1, ip: '10.0.1.1' };

/** Collects what an end receives. */
export function record(end: TcpEnd) {
  const got = { bytes: [] as number[], closed: undefined as boolean | undefined };
  end.onData = (bytes) => void got.bytes.push(...bytes);
  end.onClosed = (reset) => void (got.closed = reset);
  return got;
}
