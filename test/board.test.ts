import { describe, expect, it } from 'vitest';
import { ESP32_C3 } from '../simulator/board/chip-model.ts';
import { RESET } from '../simulator/board/reset-reason.ts';
import { loseBit } from '../simulator/faults/flash-damage.ts';
import { slotOf } from '../simulator/faults/flash-places.ts';
import type { VirtualBoard } from '../simulator/guest/virtual-board.ts';
import { readFlash } from '../simulator/oracles/flash-view.ts';
import { SECOND } from '../simulator/scenario/world.ts';
import { buildAppDesc } from '../tools/formats/app-desc.ts';
import { buildImage } from '../tools/formats/esp-image.ts';
import { firmware, serial, world } from './support/bench.ts';
import { install } from './support/install.ts';

const MINUTE = 60 * SECOND;

/** A board that runs 1.0.0, then has 2.0.0 (with what TRIAL does) installed and is restarted. */
async function onTrial(trial: number, options: { rollback?: boolean } = {}) {
  const w = world([{ name: 'b', image: (await firmware('trial', '1.0.0')).image, ...options }]);
  const board = w.board('b');
  w.powerOn();
  await w.run(3 * SECOND);
  install(board, (await firmware('trial', '2.0.0', { TRIAL: String(trial) })).image);
  board.pressReset();
  return { w, board };
}

const active = (board: VirtualBoard) => readFlash(board).active;

describe('a virtual board', () => {
  it('boots a compiled sketch from its flash, and records the first boot in otadata', async () => {
    const w = world([{ name: 'b', image: (await firmware('trial')).image }]);
    const board = w.board('b');
    expect(active(board)).toBeUndefined();
    w.powerOn();
    await w.run(3 * SECOND);
    expect(serial(board)).toMatch(
      /Loaded app from partition at offset 0x10000[\s\S]*trial 1\.0\.0 in app0 state 2 reset 1/,
    );
    expect(active(board)).toEqual({ slot: 0, state: 'VALID' });
  });

  it('runs a new image on trial, and keeps it once it has confirmed itself', async () => {
    const { w, board } = await onTrial(1);
    await w.run(2 * SECOND);
    expect(serial(board)).toMatch(/trial 2\.0\.0 in app1 state 1 [\s\S]*confirm 0/);
    expect(active(board)).toEqual({ slot: 1, state: 'VALID' });
    board.pressReset();
    await w.run(2 * SECOND);
    expect(serial(board)).toMatch(/trial 2\.0\.0 in app1 state 2/);
  });

  it('goes back to the old image after any reset before that', async () => {
    const { w, board } = await onTrial(0);
    await w.run(2 * SECOND);
    expect(active(board)).toEqual({ slot: 1, state: 'PENDING_VERIFY' });
    board.cutPower();
    board.powerOn();
    await w.run(2 * SECOND);
    expect(serial(board).trim().split('\n').at(-1)).toMatch(
      /trial 1\.0\.0 in app0 state 2 reset 1/,
    );
    expect(readFlash(board).active).toEqual({ slot: 0, state: 'VALID' });
  });

  it('reports a crash with the functions of the sketch, and falls back', async () => {
    const { w, board } = await onTrial(2);
    await w.run(3 * SECOND);
    expect(serial(board)).toMatch(
      /abort\(\) was called[\s\S]*Backtrace:[\s\S]*readSensor\(char const\*\)[\s\S]*loop\(\)/,
    );
    expect(board.resets.map((r) => r.reason)).toEqual([RESET.POWERON, RESET.EXT, RESET.PANIC]);
    expect(active(board)).toEqual({ slot: 0, state: 'VALID' });
  });

  it('falls back when the image rejects itself', async () => {
    const { w, board } = await onTrial(5);
    await w.run(3 * SECOND);
    expect(board.resets.at(-1)?.reason).toBe(RESET.SW);
    expect(active(board)).toEqual({ slot: 0, state: 'VALID' });
  });

  it('keeps a crashing image without rollback in its bootloader, for ever', async () => {
    const { w, board } = await onTrial(2, { rollback: false });
    await w.run(20 * SECOND);
    expect(board.resets.length).toBeGreaterThan(10);
    expect(active(board)).toEqual({ slot: 1, state: 'NEW' });
  });
});

describe('an image for silicon', () => {
  it('verifies, and stops with one line: there is nothing in it to run', async () => {
    const desc = buildAppDesc({ version: '1.0', projectName: 'real', idfVersion: 'v5.5' });
    const segments = [
      { loadAddress: 0x3f400020, data: desc },
      { loadAddress: 0x40080000, data: new Uint8Array(64).fill(0x36) },
    ];
    const image = buildImage({ chipId: 0, entryAddress: 0x40080000, segments });
    const w = world([{ name: 'b', image }]);
    w.powerOn();
    await w.run(5 * SECOND);
    const board = w.board('b');
    expect(board.state).toBe('halted');
    expect(board.resets.length).toBe(1);
    expect(
      serial(board)
        .split('\n')
        .filter((line) => line.includes('simulator:')),
    ).toHaveLength(1);
  });
});

describe('a loop() that never ends', () => {
  it('hangs for ever on a dual-core ESP32', async () => {
    const { w, board } = await onTrial(3);
    await w.run(30 * MINUTE);
    expect(board.resets.length).toBe(2);
    expect(active(board)).toEqual({ slot: 1, state: 'PENDING_VERIFY' });
  });

  it('is ended by the loop watchdog where the sketch has it', async () => {
    const { w, board } = await onTrial(4);
    await w.run(8 * SECOND);
    expect(board.resets.at(-1)?.reason).toBe(RESET.TASK_WDT);
    expect(active(board)).toEqual({ slot: 0, state: 'VALID' });
  });

  it('is ended by an esp_timer, whose task runs all the same', async () => {
    const { w, board } = await onTrial(6);
    await w.run(9 * MINUTE);
    expect(board.resets.length).toBe(2);
    await w.run(2 * MINUTE);
    expect(board.resets.at(-1)?.reason).toBe(RESET.SW);
    expect(active(board)).toEqual({ slot: 0, state: 'VALID' });
  });

  it('is ended by the task watchdog on a single-core chip', async () => {
    const image = (await firmware('trial', '1.0.0', { TRIAL: '3' })).image;
    const c3 = image.slice();
    const w = world([
      { name: 'b', image: c3, chip: { ...ESP32_C3, id: 0, bootloaderOffset: 0x1000 } },
    ]);
    w.powerOn();
    await w.run(12 * SECOND);
    expect(w.board('b').resets.map((r) => r.reason)).toContain(RESET.TASK_WDT);
  });
});

describe('flash with a flipped byte', () => {
  it.each([
    ['the header', 0],
    ['the chip id', 13],
    ['a segment', 5000],
    ['the checksum', -33],
    ['the hash', -1],
  ])('is not booted when it is in %s: the other slot is', async (_, at) => {
    const { w, board } = await onTrial(1);
    await w.run(2 * SECOND);
    const length = (await firmware('trial', '2.0.0', { TRIAL: '1' })).image.length;
    loseBit(board, slotOf(board, 1), at < 0 ? length + at : at);
    board.pressReset();
    await w.run(2 * SECOND);
    expect(serial(board).trim().split('\n').at(-1)).toMatch(/trial 1\.0\.0 in app0/);
    expect(serial(board)).toMatch(/E \(60\) esp_image: /);
  });
});
