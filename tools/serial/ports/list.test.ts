import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdersOf } from './holders.ts';
import { listPorts, scanDevices, stableName } from './list.ts';
import { groupOf, portTrouble } from './port-trouble.ts';

const root = mkdtempSync(join(tmpdir(), 'ota-ports-'));
afterAll(() => rmSync(root, { recursive: true }));

const info = (path: string, more: object = {}) => ({
  path,
  manufacturer: undefined,
  serialNumber: undefined,
  pnpId: undefined,
  locationId: undefined,
  productId: undefined,
  vendorId: undefined,
  ...more,
});

describe('the list of ports', () => {
  test('leaves out the ports that Linux always has', async () => {
    const system = async () => [
      info('/dev/ttyS0'),
      info('/dev/ttyUSB0', { vendorId: '10C4', productId: 'EA60' }),
      info('COM3'),
    ];
    expect(await listPorts({ system })).toMatchObject([
      { path: '/dev/ttyUSB0', vendorId: '10c4', productId: 'ea60' },
      { path: 'COM3' },
    ]);
  });

  test('without udevadm comes out of /dev and /sys', async () => {
    const dev = join(root, 'dev');
    const usb = join(root, 'devices/1-2');
    mkdirSync(join(usb, '1-2:1.0/ttyUSB3'), { recursive: true });
    mkdirSync(dev);
    for (const name of ['ttyUSB3', 'ttyACM0', 'ttyS1', 'null']) writeFileSync(join(dev, name), '');
    const words = {
      idVendor: '10c4',
      idProduct: 'ea60',
      serial: '0001',
      manufacturer: 'Silicon Labs',
    };
    for (const [file, word] of Object.entries(words)) writeFileSync(join(usb, file), `${word}\n`);
    const sys = join(root, 'sys');
    mkdirSync(join(sys, 'ttyUSB3'), { recursive: true });
    symlinkSync(join(usb, '1-2:1.0/ttyUSB3'), join(sys, 'ttyUSB3/device'));
    const system = () => Promise.reject(new Error('spawn udevadm ENOENT'));
    expect(await listPorts({ system, dev, sys })).toEqual([
      { path: join(dev, 'ttyACM0') },
      {
        path: join(dev, 'ttyUSB3'),
        vendorId: '10c4',
        productId: 'ea60',
        serialNumber: '0001',
        manufacturer: 'Silicon Labs',
      },
    ]);
    expect(scanDevices(join(root, 'none'))).toEqual([]);
  });

  test('the name that stays', () => {
    const byId = join(root, 'by-id');
    mkdirSync(byId);
    symlinkSync('../../ttyUSB3', join(byId, 'usb-CP2102_0001'));
    expect(stableName('/dev/ttyUSB3', byId)).toBe(join(byId, 'usb-CP2102_0001'));
    expect(stableName('/dev/ttyUSB4', byId)).toBeUndefined();
  });
});

describe('why a port cannot be opened', () => {
  test('who has it, by /proc', () => {
    const device = join(root, 'device');
    writeFileSync(device, '');
    const proc = join(root, 'proc');
    mkdirSync(join(proc, '4711/fd'), { recursive: true });
    mkdirSync(join(proc, '4712'), { recursive: true });
    writeFileSync(join(proc, '4711/comm'), 'picocom\n');
    symlinkSync(device, join(proc, '4711/fd/5'));
    expect(holdersOf(device, proc)).toEqual([{ pid: 4711, name: 'picocom' }]);
    expect(holdersOf(join(root, 'other'), proc)).toEqual([]);
  });

  test('which group may', () => {
    const groups = join(root, 'group');
    writeFileSync(groups, `root:x:0:\ndialout:x:${process.getgid!()}:\n`);
    const file = join(root, 'device2');
    writeFileSync(file, '');
    expect(groupOf(file, groups)).toBe(process.getgid!() === 0 ? 'root' : 'dialout');
    expect(groupOf('/none', groups)).toBeUndefined();
  });

  test.each([
    [
      'Error: No such file or directory, cannot open /dev/x',
      'port-missing',
      'there is no port /dev/x',
    ],
    ['Error: Permission denied, cannot open /dev/x', 'port-permission', 'you may not open /dev/x'],
    ['Error Resource temporarily unavailable Cannot lock port', 'port-busy', '/dev/x is in use'],
    ['Error: Something else', 'port-failed', '/dev/x cannot be opened: Something else'],
  ])('%s', async (message, code, sentence) => {
    const error = await portTrouble('/dev/x', '/dev/x', new Error(message));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(sentence)]);
    if (code !== 'port-failed') expect(error.hint).toBeTruthy();
  });
});
