/** A person's desk, and a test's, at boards behind RFC 2217 as behind a cable: provision, monitor, hil on hardware. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ESP32 } from '../../simulator/board/chip-model.ts';
import { factoryFlash } from '../../simulator/board/factory-flash.ts';
import { SerialBench, serveRfc2217 } from '../../simulator/real/serial/index.ts';
import { ota } from '../../tools/commands/testing/ota.ts';
import { LogFile } from '../../tools/monitor/index.ts';
import { listPorts } from '../../tools/serial/ports/list.ts';
import { openPort } from '../../tools/serial/ports/open.ts';
import { checkConfig } from '../hil/config.ts';
import { HardwareDesk } from '../hil/hardware-desk.ts';
import { HilBoard } from '../hil/hil-board.ts';
import { firmware, partitionTable } from '../support/bench.ts';
import { appImage } from './support/firmware.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-desk-'));
const at = (name: string): string => join(folder, name);
let bench: SerialBench;
let door: Awaited<ReturnType<typeof serveRfc2217>>;
let crashing: Uint8Array;

beforeAll(async () => {
  const sound = (await firmware('trial', '1.0.0', { TRIAL: '1' })).image;
  crashing = (await firmware('trial', '2.0.0', { TRIAL: '2' })).image;
  const flash = factoryFlash(ESP32, { partitionTable: partitionTable(), app: sound }).dump();
  bench = SerialBench.open({ boards: [{ name: 'lamp', flash, wiring: 'direct' }] });
  door = await serveRfc2217(bench, 'lamp', { port: 0 });
  writeFileSync(at('crashing.bin'), crashing);
});

afterAll(async () => {
  await door?.close();
  await bench?.close();
  rmSync(folder, { recursive: true });
});

describe('at the desk', () => {
  it('a board is provisioned, and has its settings after a restart', async () => {
    const { code, out, err } = await ota([
      ...['provision', '--port', door.url, '--device-id', '123', '--wifi', 'lab', '--wifi-pass'],
      ...['a secret of the lab', '--server', 'http://10.0.0.2:8000', '--json'],
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({
      chip: 'ESP32',
      partition: { label: 'nvs' },
      settings: { device_id: 123, wifi_ssid: 'lab', wifi_pass: true },
    });
    const again = await ota(['provision', '--port', door.url, '--device-id', '124']);
    expect(again.out).toMatch(/device_id +124[\s\S]*wifi_pass +set, 19 characters/);
  });

  it('the monitor sees it start', async () => {
    const { code, out } = await ota([
      ...[
        'monitor',
        '--port',
        door.url,
        '--reset',
        '--expect',
        'trial 1\\.0\\.0',
        '--timeout',
        '60s',
      ],
    ]);
    expect(out).toMatch(/trial 1\.0\.0 in app0/);
    expect(code).toBe(0);
  });

  it('the monitor ends at a crash, and names its functions', async () => {
    await ota(['flash', `0x10000:${at('crashing.bin')}`, '--port', door.url, '--force']);
    const { code, out, err } = await ota([
      ...['monitor', '--port', door.url, '--reset', '--expect', 'never', '--timeout', '60s'],
      ...['--elf', at('crashing.bin'), '--log', at('console.log')],
    ]);
    expect(err).toBe('ota: the board crashed: abort() was called\n');
    expect(out).toMatch(
      /--- +0x[0-9a-f]{8} readSensor\(char const\*\)\n--- +0x[0-9a-f]{8} loop\(\)/,
    );
    expect(readFileSync(at('console.log'), 'utf8')).toMatch(/ --- +0x[0-9a-f]{8} readSensor/);
    expect(code).toBe(3);
  });
});

describe('a board on hardware', () => {
  it.each([
    ['its serial number', { serialNumber: '24:6F:28:00:00:02' }, false],
    ['its MAC, which is the serial number', { mac: '24-6f-28-00-00-02' }, false],
    ['its MAC, by asking every chip behind a bridge', { mac: '24:6f:28:00:00:02' }, true],
  ])('is found by %s', async (_, identity, hidden) => {
    const boards = [1, 2].map((last) => ({
      name: `board-${last}`,
      mac: Uint8Array.of(0x24, 0x6f, 0x28, 0, 0, last),
    }));
    const cables = SerialBench.open({ boards });
    const ports = async () => {
      const found = await listPorts({ system: async () => [], others: [cables.binding] });
      return found.map((port) => (hidden ? { ...port, serialNumber: undefined } : port));
    };
    const open = (port: string) => openPort(port, { bindings: { sim: cables.binding } });
    const config = checkConfig({ boards: [{ name: 'lamp', ...identity }] }, at('bench.config.ts'));
    const desk = new HardwareDesk(config, { lockFolder: at('locks'), ports, open });
    const { port, release } = await desk.claim('lamp');
    expect(port).toBe('sim://board-2');
    await release();
    await cables.close();
  });
});

describe('a test on hardware', () => {
  const claim = async (board: object) => {
    const config = checkConfig(
      {
        boards: [{ name: 'lamp', port: door.url, ...board }],
        firmware: { trial: { sketch: 'none', hardware: `0x10000:${at('crashing.bin')}` } },
      },
      at('bench.config.ts'),
    );
    const desk = new HardwareDesk(config, { lockFolder: at('locks') });
    const lamp = await HilBoard.open(await desk.claim('lamp'), {
      now: () => desk.now(),
      log: new LogFile(at('lamp.log')),
      find: (name) => desk.firmware(config.firmware[name]!),
    });
    return { desk, lamp };
  };

  it('switches power by its commands, reads flash, and has the port alone', async () => {
    const power = { on: `echo on >> ${at('relay')}`, off: `echo off >> ${at('relay')}` };
    const { lamp } = await claim({ power });
    lamp.tolerateCrashes();
    await lamp.powerCycle(10);
    expect(readFileSync(at('relay'), 'utf8')).toBe('off\non\n');
    expect((await lamp.readPartition('app0')).slice(0, crashing.length)).toEqual(crashing);
    await lamp.expect('trial 2.0.0', { timeout: 60_000 });
    expect(await lamp.provision({ token: 't' })).toMatchObject({ device_id: 124, token: 't' });
    await lamp.finish();
    const { lamp: next } = await claim({});
    next.tolerateCrashes();
    await next.finish();
  });

  it('refuses firmware for another chip', async () => {
    const { lamp, desk } = await claim({});
    lamp.tolerateCrashes();
    writeFileSync(at('c3.bin'), appImage({ chipId: 5 }));
    const image = await desk.firmware({ sketch: '', hardware: at('c3.bin') });
    await expect(lamp.flash(image)).rejects.toThrow(/lamp cannot be flashed with .*: .*ESP32-C3/);
    await lamp.finish();
  });

  it('tells a power command that fails', async () => {
    const { lamp } = await claim({ power: { on: 'true', off: 'exit 7' } });
    lamp.tolerateCrashes();
    await expect(lamp.powerCycle()).rejects.toThrow(/the power command failed: exit 7/);
    await lamp.finish();
  });
});
