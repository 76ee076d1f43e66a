import { realpathSync } from 'node:fs';
import type { BindingInterface } from '@serialport/bindings-interface';
import type { SerialLink, UsbId } from '../link.ts';
import { SerialError } from '../trouble.ts';
import { holdersOf } from './holders.ts';
import { type FoundPort, listPorts } from './list.ts';
import { busy } from './port-trouble.ts';
import { Rfc2217Link } from './rfc2217-link.ts';
import { type HostPort, SocketLink } from './socket-link.ts';
import { StreamLink } from './stream-link.ts';

/** Port addresses of one's own: what opens `sim://…` is handed in by whoever has simulated boards. */
export interface PortBindings {
  sim?: BindingInterface;
}

export interface OpenPortOptions {
  /** Default 115200, at which every ROM speaks. */
  baudRate?: number;
  bindings?: PortBindings;
}

/**
 * Opens a port by its address: a device path (`/dev/ttyUSB0`, `COM3`), `rfc2217://host:port`,
 * `socket://host:port` or `sim://name`. Its lines are released.
 * @throws SerialError `port-missing`, `port-busy`, `port-permission`, `port-address`, `port-failed`
 */
export async function openPort(
  address: string,
  options: OpenPortOptions = {},
): Promise<SerialLink> {
  const { baudRate = 115_200, bindings = {} } = options;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'rfc2217':
      return Rfc2217Link.open(address, hostPort(address), baudRate);
    case 'socket':
      return SocketLink.open(address, hostPort(address), baudRate);
    case 'sim':
      return openSim(address, baudRate, bindings.sim);
    case undefined:
      return openDevice(address, baudRate);
    default:
      throw new SerialError('port-address', `there are no ports ${scheme}://`, {
        hint: 'give a device path, rfc2217://host:port, socket://host:port or sim://name',
      });
  }
}

async function openDevice(path: string, baudRate: number): Promise<SerialLink> {
  // The system lets root, and whoever opens without a lock, in beside others, who then take each other's bytes.
  if (!isPseudoTerminal(path) && holdersOf(path).length > 0) throw busy(path, path);
  const { SerialPort } = await import('serialport');
  const known = await listPorts().catch(() => []);
  const usb = usbOf(known.find((port) => port.path === path));
  const binding = SerialPort.binding as unknown as BindingInterface;
  return StreamLink.open({ name: path, path, kind: 'device', baudRate, binding, usb });
}

/** Whoever stands behind one has it open as well. */
function isPseudoTerminal(path: string): boolean {
  try {
    return realpathSync(path).startsWith('/dev/pts/');
  } catch {
    return false;
  }
}

async function openSim(
  address: string,
  baudRate: number,
  binding: BindingInterface | undefined,
): Promise<SerialLink> {
  if (!binding) {
    throw new SerialError('port-address', `${address}: there are no simulated boards here`);
  }
  const known = await binding.list();
  const usb = usbOf(known.find((port) => port.path === address));
  return StreamLink.open({ name: address, path: address, kind: 'sim', baudRate, binding, usb });
}

function usbOf(port: Pick<FoundPort, 'vendorId' | 'productId'> | undefined): UsbId | undefined {
  if (!port?.vendorId || !port.productId) return undefined;
  return {
    vendorId: Number.parseInt(port.vendorId, 16),
    productId: Number.parseInt(port.productId, 16),
  };
}

function hostPort(address: string): HostPort {
  const match = /^[a-z0-9]+:\/\/(\[[0-9a-f:]+\]|[^/:?]+):(\d{1,5})\/?(?:\?.*)?$/i.exec(address);
  const port = Number(match?.[2]);
  if (match && port > 0 && port < 65536) {
    return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
  }
  throw new SerialError('port-address', `${address} is no address of a port`, {
    hint: 'write the host and its TCP port: rfc2217://127.0.0.1:4000',
  });
}
