/** `ota mesh …` as a process of its own, over a real socket, with virtual boards that run the real firmware. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MeshBridge } from '../simulator/real/mesh-bridge.ts';
import { RealTime } from '../simulator/real/real-time.ts';
import type { World } from '../simulator/scenario/world.ts';
import { firmware, world } from './support/bench.ts';
import { runCli } from './support/cli.ts';
import { prepare, release, runs } from './support/mesh-bench.ts';

/** Virtual seconds a second of wall clock. */
const SPEED = 6;

let folder: string;
let w: World;
let time: RealTime;
let bridge: MeshBridge;
const at = (name: string) => join(folder, name);
const place = () => `127.0.0.1:${bridge.port}`;
const mesh = (...args: string[]) => runCli(['mesh', ...args], { cwd: folder });

beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0'], ['led'], ['pir_crash', '1.2.0']);
  folder = mkdtempSync(join(tmpdir(), 'mesh-push-'));
  writeFileSync(at('pir.bin'), await release('pir', '1.1.0'));
  writeFileSync(at('led.bin'), await release('led'));
  w = world([
    { name: 'pir-1', image: await release('pir') },
    { name: 'led-1', image: await release('led') },
  ]);
  w.powerOn();
  await w.runUntil(
    () => w.board('pir-1').guest?.binding.mesh?.engine.getNodeList().length === 1,
    300e6,
  );
  time = new RealTime(w.kernel, { speed: SPEED });
  const { ssid, password } = w.board('led-1').radio.ap!;
  bridge = await MeshBridge.open({ medium: w.medium, time, board: 'led-1', ssid, password });
});

afterAll(async () => {
  await bridge?.close();
  await time?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a laptop in the mesh', () => {
  it('sees who is there and what they run', async () => {
    const { code, stdout } = await mesh('nodes', place(), '--wait', '3', '--json');
    expect(code).toBe(0);
    const { nodes } = JSON.parse(stdout) as { nodes: object[] };
    expect(nodes.length).toBe(2);
    for (const role of ['pir', 'led']) {
      expect(nodes).toContainEqual(
        expect.objectContaining({ otaRole: role, firmware: '1.0.0', confirm: 'valid' }),
      );
    }
  });

  it('refuses to send an image for another role, or no image, before it joins', async () => {
    const wrong = await mesh('push', place(), 'led.bin', '--role', 'pir');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^ota: the image is not sent: .* role led, not for pir\n$/);
    const broken = readFileSync(at('pir.bin'));
    broken[2000]! ^= 1;
    writeFileSync(at('broken.bin'), broken);
    const damaged = await mesh('push', place(), 'broken.bin', '--role', 'pir');
    expect(damaged.stderr).toMatch(/^ota: the image is not sent: .*\n$/);
  });

  it('updates the PIR node two hops away, and knows it from the node itself', async () => {
    const { code, stdout, stderr } = await mesh(
      ...['push', place(), 'pir.bin', '--role', 'pir', '--trace', 'frames.jsonl'],
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/1 of 1 nodes run it and have confirmed it/);
    expect(code).toBe(0);
    expect([runs(w.board('pir-1')), runs(w.board('led-1'))]).toEqual(['1.1.0 app1', '1.0.0 app0']);
  });

  it('leaves a trace that is in order and holds the image as it was sent', async () => {
    const { code, stdout } = await mesh('replay', 'frames.jsonl', '--json');
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    expect(report.transfers).toMatchObject([{ whole: true }]);
    expect(code).toBe(0);
  });

  it('does nothing where all run it already, and says so', async () => {
    const { code, stdout } = await mesh('push', place(), 'pir.bin', '--role', 'pir');
    expect(stdout).toMatch(/completed.*ran it already[\s\S]*1 of 1 nodes/);
    expect(code).toBe(0);
  });

  it('tells a crash on trial from an update, with the reason', async () => {
    const before = runs(w.board('pir-1'));
    writeFileSync(at('crash.bin'), (await firmware('pir_crash', '1.2.0')).image);
    const { code, stdout } = await mesh('push', place(), 'crash.bin', '--role', 'pir');
    expect(stdout).toMatch(/rolled back +it crashed\n0 of 1 nodes run it .*, 1 rolled back\n$/);
    expect(code).toBe(1);
    expect(runs(w.board('pir-1'))).toBe(before);
  });
});
