import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BindingInterface, PortInfo } from '@serialport/bindings-interface';

/** A serial port that is there. Vendor and product as four hexadecimal digits, lower case. */
export interface FoundPort {
  path: string;
  vendorId?: string;
  productId?: string;
  serialNumber?: string;
  manufacturer?: string;
  product?: string;
}

export interface ListOptions {
  /** Bindings beside the system's: simulated boards. */
  others?: readonly BindingInterface[];
  /** The system's own listing; fails where udevadm is missing. */
  system?: () => Promise<PortInfo[]>;
  /** Roots of the fallback, for tests. */
  dev?: string;
  sys?: string;
}

/** Linux lists 32 of these whether or not a chip is there. */
const PHANTOM = /\/ttyS\d+$/;

/** All ports with a name on them; on Linux without a udev from /dev and /sys. */
export async function listPorts(options: ListOptions = {}): Promise<FoundPort[]> {
  const { others = [], system = systemPorts } = options;
  const own = await system().catch(() => scanDevices(options.dev, options.sys));
  const found = own.filter(({ path, vendorId }) => vendorId || !PHANTOM.test(path)).map(asFound);
  for (const binding of others) found.push(...(await binding.list()).map(asFound));
  return found;
}

async function systemPorts(): Promise<PortInfo[]> {
  const { SerialPort } = await import('serialport');
  return SerialPort.list();
}

function asFound(port: Partial<PortInfo> & { path: string; product?: string }): FoundPort {
  const { path, vendorId, productId, serialNumber, manufacturer, product } = port;
  return {
    path,
    vendorId: vendorId?.toLowerCase(),
    productId: productId?.toLowerCase(),
    serialNumber,
    manufacturer,
    product,
  };
}

/** USB serial devices by their names; who made them from sysfs. */
export function scanDevices(dev = '/dev', sys = '/sys/class/tty'): (PortInfo & FoundPort)[] {
  const names = entriesOf(dev).filter((name) => /^(ttyUSB|ttyACM|ttyXRUSB|cu\.)/.test(name));
  return names.sort().map((name) => {
    const usb = usbFolder(join(sys, name, 'device'));
    const read = (file: string) => (usb ? textOf(join(usb, file)) : undefined);
    return {
      path: join(dev, name),
      vendorId: read('idVendor'),
      productId: read('idProduct'),
      serialNumber: read('serial'),
      manufacturer: read('manufacturer'),
      product: read('product'),
      pnpId: undefined,
      locationId: undefined,
    };
  });
}

/** The folder of the USB device above an interface's: the first that names a vendor. */
function usbFolder(device: string): string | undefined {
  let folder: string;
  try {
    folder = realpathSync(device);
  } catch {
    return undefined;
  }
  for (let up = 0; up < 4; up++, folder = join(folder, '..')) {
    if (textOf(join(folder, 'idVendor'))) return folder;
  }
  return undefined;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The name that stays the same when a board moves to another socket, where the system has one. */
export function stableName(path: string, folder = '/dev/serial/by-id'): string | undefined {
  for (const name of entriesOf(folder)) {
    try {
      if (basename(readlinkSync(join(folder, name))) === basename(path)) return join(folder, name);
    } catch {
      // unplugged in this moment
    }
  }
  return undefined;
}
