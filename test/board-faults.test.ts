import { describe, expect, it } from 'vitest';
import { RESET } from '../simulator/board/reset-reason.ts';
import { strikeAtFlash } from '../simulator/faults/flash-moments.ts';
import { partitionsOf } from '../simulator/faults/flash-places.ts';
import type { VirtualBoard } from '../simulator/guest/virtual-board.ts';
import { readFlash } from '../simulator/oracles/flash-view.ts';
import { SECOND } from '../simulator/scenario/world.ts';
import { firmware, serial, world } from './support/bench.ts';
import { install } from './support/install.ts';

const reasons = (board: VirtualBoard) => board.resets.map(({ reason }) => reason);

async function running(trial = 0) {
  const { image } = await firmware('trial', '1.0.0', { TRIAL: String(trial) });
  const w = world([{ name: 'b', image }]);
  const board = w.board('b');
  w.powerOn();
  await w.run(3 * SECOND);
  return { w, board };
}

describe('a firmware that crashes from outside', () => {
  it('is reported with the functions it was in, and starts anew', async () => {
    const { w, board } = await running();
    expect(board.seize('crash')).toBe(true);
    await w.run(2 * SECOND);
    expect(serial(board)).toMatch(
      /Guru Meditation Error.*IllegalInstruction[\s\S]*Task: loopTask[\s\S]*in loop\(\)[\s\S]*trial 1\.0\.0 in app0 state 2 reset 4/,
    );
    expect(reasons(board)).toEqual([RESET.POWERON, RESET.PANIC]);
  });

  it('at every start, before setup() says a word, until it is left in peace', async () => {
    const { w, board } = await running();
    board.seizedAtStart = 'crash';
    board.pressReset();
    await w.run(4 * SECOND);
    const crashes = reasons(board).filter((reason) => reason === RESET.PANIC).length;
    expect(crashes).toBeGreaterThan(5);
    expect(serial(board).match(/trial 1\.0\.0/g)).toHaveLength(1);
    board.seizedAtStart = undefined;
    board.pressReset();
    await w.run(2 * SECOND);
    expect(serial(board).match(/trial 1\.0\.0/g)).toHaveLength(2);
  });

  it('loses its trial by it', async () => {
    const { w, board } = await running();
    install(board, (await firmware('trial', '2.0.0', { TRIAL: '0' })).image);
    board.pressReset();
    await w.run(2 * SECOND);
    expect(readFlash(board).active).toEqual({ slot: 1, state: 'PENDING_VERIFY' });
    board.seize('crash');
    await w.run(3 * SECOND);
    expect(readFlash(board).active).toEqual({ slot: 0, state: 'VALID' });
  });

  it('as soon as it begins, when it is being booted', async () => {
    const { w, board } = await running();
    board.pressReset();
    expect(board.seize('crash')).toBe(true);
    await w.run(2 * SECOND);
    expect(reasons(board)).toEqual([RESET.POWERON, RESET.EXT, RESET.PANIC]);
  });

  it('cannot, while none runs', async () => {
    const { board } = await running();
    board.cutPower();
    expect(board.seize('crash')).toBe(false);
  });
});

describe('a firmware that hangs from outside', () => {
  it('hangs where nobody watches it for as long as it is told to, while timers go on', async () => {
    const w = world([{ name: 'b', image: (await firmware('ticks')).image }]);
    const board = w.board('b');
    const last = () => serial(board).trim().split('\n').at(-1)!.split(' ').map(Number);
    w.powerOn();
    await w.run(3 * SECOND);
    board.seize('hang');
    await w.run(SECOND);
    const [, , delays] = last();
    await w.run(600 * SECOND);
    expect(last()[2]).toBe(delays);
    board.seize(undefined);
    await w.run(3 * SECOND);
    expect(last()[2]).toBeGreaterThan(delays! + 10);
    expect(last()[3]).toBeGreaterThan(6000);
    expect(reasons(board)).toEqual([RESET.POWERON]);
  });

  it('is ended by the loop watchdog where the sketch has it', async () => {
    const { w, board } = await running();
    install(board, (await firmware('trial', '2.0.0', { TRIAL: '4' })).image);
    board.pressReset();
    await w.run(0.5 * SECOND);
    board.seize('hang');
    await w.run(8 * SECOND);
    expect(reasons(board).at(-1)).toBe(RESET.TASK_WDT);
  });
});

describe('a supply that sags', () => {
  it('resets the chip, says so, and leaves the clock that the RTC keeps', async () => {
    const { w, board } = await running();
    board.wallClock.set(1e15, board.cpu.shown);
    board.brownOut();
    await w.run(2 * SECOND);
    expect(serial(board)).toMatch(/Brownout detector was triggered[\s\S]*state 2 reset 9/);
    expect(board.wallClock.at(board.cpu.shown)).toBe(1e15 + 2 * SECOND);
    board.cutPower();
    board.powerOn();
    await w.run(SECOND);
    expect(board.wallClock.at(board.cpu.shown)).toBe(SECOND);
  });

  it('in the middle of a flash operation leaves what was done of it, and the board comes back', async () => {
    const { w, board } = await running();
    install(board, (await firmware('trial', '2.0.0', { TRIAL: '1' })).image);
    const place = partitionsOf(board).otadata!;
    const strike = strikeAtFlash(board, { kind: 'program', place }, 'torn', { sag: true });
    board.pressReset();
    await w.run(3 * SECOND);
    expect(strike.struck).toBe(true);
    expect(reasons(board)).toEqual([RESET.POWERON, RESET.EXT, RESET.BROWNOUT]);
    expect(serial(board).trim().split('\n').at(-1)).toMatch(/confirm 0|trial 1\.0\.0 in app0/);
  });

  it('as soon as an app begins, for as long as the supply is weak', async () => {
    const { w, board } = await running();
    board.weakSupply = true;
    board.brownOut();
    await w.run(3 * SECOND);
    expect(reasons(board).filter((reason) => reason === RESET.BROWNOUT).length).toBeGreaterThan(3);
    board.weakSupply = false;
    await w.run(SECOND);
    expect(board.state).toBe('running');
  });
});

describe('a clock that drifts', () => {
  it('is what millis(), delay() and timers go by', async () => {
    const image = (await firmware('ticks')).image;
    const w = world([
      { name: 'exact', image },
      { name: 'fast', image },
      { name: 'slow', image },
    ]);
    w.board('fast').cpu.oscillator.drift(10_000, 0);
    w.board('slow').cpu.oscillator.drift(-10_000, 0);
    for (const board of w.boards.values()) board.powerOn();
    await w.run(101 * SECOND);
    const shown = (name: string) => {
      const last = serial(w.board(name)).trim().split('\n').at(-1)!;
      const [, millis, delays, timers] = /^ticks (\d+) (\d+) (\d+)$/.exec(last)!.map(Number);
      return { millis: millis!, delays: delays!, timers: timers! };
    };
    const [exact, fast, slow] = [shown('exact'), shown('fast'), shown('slow')];
    for (const key of ['millis', 'delays', 'timers'] as const) {
      expect(fast[key] / exact[key]).toBeCloseTo(1.01, 2);
      expect(slow[key] / exact[key]).toBeCloseTo(0.99, 2);
      expect(fast[key]).toBeGreaterThan(exact[key] * 1.005);
      expect(slow[key]).toBeLessThan(exact[key] * 0.995);
    }
  });
});
