import { expect, test } from 'vitest';
import { ESP32 } from '../board/chip-model.ts';
import { NorFlash } from '../board/nor-flash.ts';
import { VirtualBoard } from '../guest/virtual-board.ts';
import { Kernel } from '../kernel/kernel.ts';
import { WifiMedium } from '../net/wifi-medium.ts';
import { LifeLine } from './life-line.ts';
import { TransferLog } from './transfers.ts';

const MD5 = 'a'.repeat(32);

function lifeLine(): LifeLine {
  const kernel = new Kernel('1');
  const medium = new WifiMedium(kernel, () => undefined);
  const mac = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const flash = new NorFlash(ESP32.flashBytes);
  const board = new VirtualBoard({ kernel, medium, name: 'a', index: 0, mac, flash });
  return new LifeLine(board, (md5) => (md5 === MD5 ? 'pir 1.0.0' : '?'));
}

test('states follow each other without a gap, and what befell the board has its mark', () => {
  const life = lifeLine();
  const record = (time: number, kind: string, data: string) =>
    life.record({ time, board: 'a', kind, data });
  record(10, 'reset', 'POWERON');
  record(20, 'boot', `app0 ${MD5}`);
  record(30, 'power', 'power lost half of program 3');
  record(30, 'power', 'off');
  record(40, 'reset', 'POWERON');
  record(50, 'boot', `app1 ${MD5}`);
  record(60, 'reset', 'PANIC');
  record(65, 'fault', 'frame 3 from b: dropped');
  record(66, 'lost-frame', 'one of many');
  record(70, 'halt', 'no bootable app');
  const states = life.spans(80).map(({ from, to, state }) => [from, to, state]);
  expect(states).toEqual([
    [0, 10, 'off'],
    [10, 20, 'booting'],
    [20, 30, 'running'],
    [30, 40, 'off'],
    [40, 50, 'booting'],
    [50, 60, 'running'],
    [60, 70, 'booting'],
    [70, 80, 'halted'],
  ]);
  expect(life.spans(80)[2]!.text).toBe('app0: pir 1.0.0');
  expect(life.marks).toEqual([
    { time: 30, kind: 'power', text: 'power lost half of program 3' },
    { time: 60, kind: 'crash', text: 'PANIC' },
    { time: 65, kind: 'fault', text: 'frame 3 from b: dropped' },
  ]);
});

test('otadata tells confirmations and rollbacks, and nothing else does', () => {
  const life = lifeLine();
  const trial = { slot: 1, state: 'PENDING_VERIFY', sequence: 2 };
  life.otadata(1, undefined, trial);
  life.otadata(2, trial, { ...trial, state: 'VALID' });
  life.otadata(3, trial, { ...trial, state: 'ABORTED' });
  life.otadata(4, { ...trial, state: 'VALID' }, { slot: 0, state: 'NEW', sequence: 3 });
  expect(life.marks.map(({ kind }) => kind)).toEqual(['confirmed', 'rolled-back']);
});

test('a transfer goes on while parts come, and a long silence begins another', () => {
  const log = new TransferLog(() => 'pir 1.1.0');
  const parts = (time: number, count: number) =>
    log.asked(time * 1e6, { md5: MD5, parts: count, total: 10 });
  parts(1, 1);
  parts(2, 4);
  parts(3, 4);
  parts(40, 10);
  log.received(5e6, 20_000);
  log.received(6e6, 20_000);
  log.received(60e6, 100);
  expect(log.all.map(({ from, to, over, share }) => [from / 1e6, to / 1e6, over, share])).toEqual([
    [1, 2, 'mesh', 0.4],
    [5, 6, 'http', undefined],
    [40, 40, 'mesh', 1],
  ]);
});
