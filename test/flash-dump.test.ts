import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { boot } from '../simulator/board/bootloader.ts';
import { buildBootloader } from '../simulator/board/bootloader-image.ts';
import { ESP32 } from '../simulator/board/chip-model.ts';
import { NorFlash } from '../simulator/board/nor-flash.ts';
import { loseBit } from '../simulator/faults/flash-damage.ts';
import { slotOf } from '../simulator/faults/flash-places.ts';
import type { VirtualBoard } from '../simulator/guest/virtual-board.ts';
import { SECOND } from '../simulator/scenario/world.ts';
import { buildAppDesc } from '../tools/formats/app-desc.ts';
import { buildImage } from '../tools/formats/esp-image.ts';
import { inspectFlash } from '../tools/formats/flash-image/inspect.ts';
import { buildOtadata, otaStateName, parseOtadata } from '../tools/formats/otadata.ts';
import { buildPartitionTable, parsePartitionCsv } from '../tools/formats/partition-table.ts';
import { SEED } from '../tools/formats/testing/support.ts';
import { firmware, serial, world } from './support/bench.ts';
import { runCli } from './support/cli.ts';
import { install } from './support/install.ts';

const folder = mkdtempSync(join(tmpdir(), 'flash-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));

const report = (board: VirtualBoard) => inspectFlash(board.flash.dump(), { chipId: board.chip.id });
const statesOf = (board: VirtualBoard) => report(board).otadata!.entries.map(({ state }) => state);
const lastLine = (board: VirtualBoard) => serial(board).trim().split('\n').at(-1);

/** A board that runs 1.0.0, with 2.0.0 installed, which never confirms itself. */
async function updated() {
  const w = world([{ name: 'b', image: (await firmware('trial', '1.0.0')).image }]);
  const board = w.board('b');
  w.powerOn();
  await w.run(3 * SECOND);
  install(board, (await firmware('trial', '2.0.0', { TRIAL: '0' })).image);
  return { w, board };
}

describe('the dump of a board after an update that was rolled back', () => {
  it('foretells at every step what its bootloader then does', async () => {
    const { w, board } = await updated();
    for (const [slot, version, states] of [
      [1, '2.0.0', ['VALID', 'PENDING_VERIFY']],
      [0, '1.0.0', ['VALID', 'ABORTED']],
      [0, '1.0.0', ['VALID', 'ABORTED']],
    ] as const) {
      const { boot: forecast, partitions } = report(board);
      expect(forecast.boots?.slot).toBe(slot);
      const image = partitions.find(({ offset }) => offset === forecast.boots?.offset)?.image;
      expect(image).toMatchObject({ state: 'ok', hash: 'ok', identity: { version } });
      board.cutPower();
      board.powerOn();
      await w.run(2 * SECOND);
      expect(lastLine(board)).toContain(`trial ${version} in app${slot}`);
      expect(statesOf(board)).toEqual(states);
      for (const { entry, state } of forecast.writes) expect(statesOf(board)[entry]).toBe(state);
    }
  });

  it('foretells the other slot for a flash that has lost a bit', async () => {
    const { w, board } = await updated();
    loseBit(board, slotOf(board, 1), 5000);
    const { boot: forecast, partitions } = report(board);
    expect(forecast.attempts).toMatchObject([
      { slot: 1, ok: false },
      { slot: 0, ok: true },
    ]);
    const slot1 = partitions.find(({ subtypeName }) => subtypeName === 'ota_1');
    expect(slot1?.image).toMatchObject({ state: 'broken', hash: 'wrong' });
    board.pressReset();
    await w.run(2 * SECOND);
    expect(lastLine(board)).toContain('trial 1.0.0 in app0');
  });

  it('is one page of ota flash-dump inspect', async () => {
    const { w, board } = await updated();
    board.pressReset();
    await w.run(2 * SECOND);
    board.pressReset();
    await w.run(2 * SECOND);
    const file = join(folder, 'rolled-back.bin');
    writeFileSync(file, board.flash.dump());
    const { code, stdout, stderr } = await runCli(['flash-dump', 'inspect', file]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/app rollback +on \(by the virtual board’s bootloader\)/);
    expect(stdout).toMatch(/^ {2}app1 +app +ota_1 +0x[0-9a-f]+ +\S+ +trial 2\.0\.0$/m);
    expect(stdout).toMatch(/^ +1 +2 +ota_1 +ABORTED +ok +does not count: its image was rejected$/m);
    expect(stdout).toContain('Entry 0 decides: ota_0 is selected.');
    expect(stdout).toMatch(/Verdict\n {2}boots ota_0, partition app0: trial 1\.0\.0\n$/);
    const json = JSON.parse((await runCli(['flash-dump', 'inspect', file, '--json'])).stdout);
    expect(json).toMatchObject({
      file,
      table: { ok: true, offset: 0x8000 },
      rollbackFrom: 'bootloader',
      boot: { boots: { slot: 0, partition: 'app0' } },
    });
  });
});

/** Small apps without a guest: a virtual bootloader that loads one stops and names its address. */
const app = (chipId: number) =>
  buildImage({
    chipId,
    entryAddress: 0x40080000,
    segments: [
      { loadAddress: 0x3f400020, data: buildAppDesc({ version: '1.0.0', projectName: 'x' }) },
      { loadAddress: 0x40080000, data: new Uint8Array(64).fill(0x36) },
    ],
  });
const SOUND = app(0);
const CONTENTS = {
  sound: SOUND,
  empty: new Uint8Array(0),
  torn: SOUND.subarray(0, 300),
  damaged: SOUND.with(300, 1),
  foreign: app(5),
};
const FLASH = 0x100000;

interface Flash {
  apps: { name: string; content: keyof typeof CONTENTS }[];
  otadata: boolean;
  entries: { seq: number; state: number; crc?: number }[];
  rollback: boolean;
}

const content = fc.constantFrom(...(Object.keys(CONTENTS) as (keyof typeof CONTENTS)[]));
const flashes: fc.Arbitrary<Flash> = fc.record({
  apps: fc
    .subarray(['factory', 'ota_0', 'ota_1', 'ota_2', 'ota_5', 'test'], { minLength: 1 })
    .chain((names) =>
      fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), content }))),
    ),
  otadata: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  entries: fc.array(
    fc.record(
      {
        seq: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(0xffffffff)),
        state: fc.constantFrom(0, 1, 2, 3, 4, 9, 0xffffffff),
        crc: fc.constant(5),
      },
      { requiredKeys: ['seq', 'state'] },
    ),
    { maxLength: 2 },
  ),
  rollback: fc.boolean(),
});

function flashOf({ apps, otadata, entries, rollback }: Flash): NorFlash {
  const flash = new NorFlash(FLASH);
  flash.write(ESP32.bootloaderOffset, buildBootloader(0, { rollback, idfVersion: 'v5.5' }));
  const rows = apps.map(({ name }) => `${name},app,${name},,64K`);
  const first = otadata ? 'otadata,data,ota,0x9000,0x2000\n' : '';
  const { partitions } = parsePartitionCsv(`${first}${rows.join('\n')}`);
  flash.write(0x8000, buildPartitionTable(partitions));
  if (otadata) flash.write(0x9000, buildOtadata(...entries));
  for (const { name, content: what } of apps) {
    const { offset } = partitions.find(({ label }) => label === name)!;
    flash.write(offset, CONTENTS[what]);
  }
  return flash;
}

describe('any flash', () => {
  it('is foretold as the virtual bootloader then boots it, writes and all', () => {
    let booted = 0;
    fc.assert(
      fc.property(flashes, (given) => {
        const flash = flashOf(given);
        const options = { rollback: given.rollback, chipId: ESP32.id };
        const { boot: forecast, otadata } = inspectFlash(flash.dump(), options);
        const result = boot({ flash, chip: ESP32, print: () => {} });
        const place = result.kind === 'halt' ? /image at (0x[0-9a-f]+)/.exec(result.reason) : null;
        expect(forecast.boots?.offset).toBe(place ? Number(place[1]) : undefined);
        if (place) booted++;
        if (!otadata) return;
        const after = parseOtadata(flash.dump().subarray(0x9000, 0xb000));
        const states = otadata.entries.map(({ state }) => state);
        for (const { entry, state } of forecast.writes) states[entry] = state;
        expect(after.map(({ state }) => otaStateName(state))).toEqual(states);
      }),
      { seed: SEED, numRuns: 400 },
    );
    expect(booted).toBeGreaterThan(100);
  });
});
