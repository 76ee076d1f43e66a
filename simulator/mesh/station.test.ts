/** Choosing an access point: PAINLESSMESH 1.5.6 on an ESP32. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Mesh } from './mesh.ts';
import { type FakePorts, fakePorts } from './testing/fake-ports.ts';
import type { InitConfig, MeshLink, ScannedAp } from './types.ts';

let ports: FakePorts;
let mesh: Mesh;

const ap = (nodeId: number, rssi: number, more: Partial<ScannedAp> = {}): ScannedAp => ({
  ssid: 'mesh',
  channel: 1,
  rssi,
  nodeId,
  ...more,
});

function start(more: Partial<InitConfig> = {}): void {
  ports = fakePorts();
  mesh = new Mesh(ports, { nodeId: 1 });
  mesh.init({ ssid: 'mesh', password: 'pw', ...more });
}

function run(ms: number): void {
  for (let i = 0; i < ms; i++) {
    for (const _ of mesh.update());
    ports.clock.micros += 1000;
  }
}

/** What the radio was told since the last look. */
function calls(): string[] {
  return ports.wifi.calls.splice(0);
}

function link(id = 1): MeshLink & { closed: boolean } {
  return {
    id,
    closed: false,
    write: () => {},
    sendSpace: () => 5000,
    close() {
      this.closed = true;
    },
  };
}

function frame(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** Join access point 7 and learn its tree. */
function join(subs = ''): MeshLink & { closed: boolean } {
  mesh.onScanDone([ap(7, -50)]);
  run(5);
  ports.wifi.isConnected = true;
  ports.wifi.network = 'mesh';
  mesh.onGotIp();
  run(2);
  const uplink = link();
  mesh.onConnected(uplink);
  run(2);
  mesh.onData(uplink, frame(`{"nodeId":7${subs},"type":6,"dest":1,"from":7}`));
  run(5);
  calls();
  return uplink;
}

beforeEach(() => start());

describe('init', () => {
  it('listens, starts the access point and scans the mesh channel at once', () => {
    run(2);
    expect(calls()).toEqual(['listen 5555', 'startAp', 'scan 1']);
  });

  it('as access point only does not scan, as station only has no access point', () => {
    start({ mode: 'ap', port: 6000 });
    run(2);
    expect(calls()).toEqual(['listen 6000', 'startAp']);
    start({ mode: 'sta', channel: 6 });
    run(2);
    expect(calls()).toEqual(['listen 5555', 'scan 6']);
  });

  it('twice is refused; after stop it works again', () => {
    expect(() => mesh.init({ ssid: 'x', password: 'y' })).toThrow(/stop\(\)/);
    mesh.stop();
    run(10);
    expect(calls()).toContain('unlisten');
    mesh.init({ ssid: 'x', password: 'y' });
    run(2);
    expect(calls()).toEqual(['listen 5555', 'startAp', 'scan 1']);
  });
});

describe('a scan', () => {
  beforeEach(() => {
    run(2);
    calls();
  });

  it('joins the strongest access point of the mesh', () => {
    mesh.onScanDone([
      ap(20, -80),
      ap(30, -40),
      ap(40, -30, { ssid: 'other' }),
      ap(50, -30, { channel: 6 }),
      ap(60, 0),
      ap(70, -30, { ssid: '' }),
    ]);
    run(5);
    expect(calls()).toEqual(['begin 30']);
  });

  it('of a hidden mesh takes nameless access points', () => {
    start({ hidden: true });
    run(2);
    mesh.onScanDone([ap(70, -30, { ssid: '' })]);
    run(5);
    expect(calls()).toContain('begin 70');
  });

  it('that fails is repeated at once, one that finds nothing after 15 s', () => {
    mesh.onScanDone(undefined);
    run(3);
    expect(calls()).toEqual(['scan 1']);
    mesh.onScanDone([]);
    run(15_000);
    expect(calls()).toEqual([]);
    run(10);
    expect(calls()).toEqual(['scan 1']);
  });

  it('that never reports is repeated after 300 s', () => {
    run(299_990);
    expect(calls()).toEqual([]);
    run(20);
    expect(calls()).toEqual(['scan 1']);
  });

  it('is followed by the next best when joining fails', () => {
    mesh.onScanDone([ap(20, -80), ap(30, -40)]);
    run(5);
    mesh.onStationDisconnected();
    run(5);
    expect(calls()).toEqual(['begin 30', 'begin 20']);
  });

  it('is repeated 120 s after an attempt that leads nowhere', () => {
    mesh.onScanDone([ap(20, -80)]);
    run(119_990);
    expect(calls()).toEqual(['begin 20']);
    run(20);
    expect(calls()).toEqual(['scan 1']);
  });
});

describe('joined', () => {
  it('dials the mesh port at the gateway', () => {
    run(2);
    calls();
    mesh.onScanDone([ap(7, -50)]);
    run(5);
    ports.wifi.isConnected = true;
    mesh.onGotIp();
    run(2);
    expect(calls()).toEqual(['begin 7', 'dial 5555']);
  });

  it('passes over nodes that are in its tree and then scans every 120 s', () => {
    run(2);
    const uplink = join(',"subs":[{"nodeId":8}]');
    mesh.onScanDone([ap(7, -40), ap(8, -40)]);
    for (let second = 0; second < 119; second++) {
      mesh.onData(uplink, frame('{"nodeId":7,"subs":[{"nodeId":8}],"type":6,"dest":1,"from":7}'));
      run(1000);
    }
    expect(calls()).toEqual([]);
    run(1010);
    expect(calls()).toEqual(['scan 1']);
  });

  it('scans every 15 s while it should contain a root and does not', () => {
    run(2);
    mesh.setContainsRoot();
    join();
    mesh.onScanDone([]);
    run(15_010);
    expect(calls()).toEqual(['scan 1']);
  });

  it('leaves an unrooted part for another with probability stability/1000', () => {
    run(2);
    const uplink = join();
    while (mesh.stability < 1000) {
      mesh.onScanDone([]);
      run(5);
    }
    calls();
    mesh.onScanDone([ap(99, -40)]);
    run(10);
    expect(uplink.closed).toBe(true);
    expect(mesh.stability).toBeLessThanOrEqual(25);
    expect(calls()).toEqual(['disconnect', 'begin 99']);
  });

  it('never leaves a rooted part', () => {
    run(2);
    const uplink = join(',"root":true');
    while (mesh.stability < 1000) {
      mesh.onScanDone([]);
      run(5);
    }
    for (let i = 0; i < 20; i++) {
      mesh.onScanDone([ap(99, -40)]);
      run(10);
    }
    expect(uplink.closed).toBe(false);
  });

  it('gives the association up and looks again when the link breaks or cannot be made', () => {
    run(2);
    const uplink = join();
    mesh.onClosed(uplink);
    run(5);
    expect(calls()).toEqual(['disconnect']);
    run(15_000);
    expect(calls()).toEqual(['scan 1']);
    ports.wifi.isConnected = true;
    mesh.onDialError();
    run(5);
    expect(calls()).toEqual(['disconnect']);
  });
});

describe('stationManual', () => {
  it('scans 30 s later, joins that network alone, and speaks no mesh on port 0', () => {
    run(2);
    mesh.stationManual('router', 'secret');
    calls();
    run(30_010);
    expect(calls()).toEqual(['scan 1']);
    mesh.onScanDone([
      ap(20, -30),
      ap(5, -70, { ssid: 'router' }),
      ap(6, -20, { ssid: 'router', channel: 3 }),
    ]);
    run(10);
    expect(calls()).toEqual(['begin 5']);
    ports.wifi.isConnected = true;
    ports.wifi.network = 'router';
    mesh.onGotIp();
    run(200_000);
    expect(calls()).toEqual(['scan 1']);
    mesh.onScanDone([]);
    run(900_000);
    expect(calls()).toEqual([]); // connected as asked: scanning is off
    ports.wifi.isConnected = false;
    mesh.onStationDisconnected();
    run(31_000);
    expect(calls()).toEqual(['scan 1']);
  });

  it('dials the given address and port', () => {
    run(2);
    mesh.stationManual('router', 'secret', 5555, '10.0.0.9');
    run(30_010);
    mesh.onScanDone([ap(5, -70, { ssid: 'router' })]);
    run(10);
    calls();
    ports.wifi.isConnected = true;
    mesh.onGotIp();
    run(2);
    expect(calls()).toEqual(['dial 5555 10.0.0.9']);
  });

  it('leaves the mesh it has joined', () => {
    run(2);
    const uplink = join();
    mesh.stationManual('router', 'secret');
    run(30_010);
    mesh.onScanDone([ap(5, -70, { ssid: 'router' })]);
    run(10);
    expect(uplink.closed).toBe(true);
    expect(calls()).toEqual(['scan 1', 'disconnect', 'begin 5']);
  });
});
