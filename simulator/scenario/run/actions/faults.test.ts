import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firmware, serial, world } from '../../../../test/support/bench.ts';
import { install } from '../../../../test/support/install.ts';
import { RESET } from '../../../board/reset-reason.ts';
import { partitionNamed } from '../../../faults/flash-places.ts';
import type { VirtualBoard } from '../../../guest/virtual-board.ts';
import { ACTIONS } from '../../language/actions.ts';
import { SECOND, type World } from '../../world.ts';
import { Actions } from '../actions.ts';
import type { ScenarioBench } from '../bench.ts';
import type { Troubles } from '../troubles.ts';

const NAMES = { boards: ['a', 'b'], groups: new Map([['all', ['a', 'b']]]), images: [] };
let first: Uint8Array;
let second: Uint8Array;
let w: World;
let a: VirtualBoard;
let actions: Actions;
/** Carries a sentence out; answers what is said of it. */
const perform = (sentence: string) => actions.perform(ACTIONS.read(sentence, NAMES), sentence);
const reasons = ({ resets }: VirtualBoard) => resets.map(({ reason }) => reason);
const bytesOf = (board: VirtualBoard, label: string) => {
  const { offset, size } = partitionNamed(board, label);
  return board.flash.peek(offset, size);
};
/** How many bits of a byte are 0. */
const LOW = Array.from(
  { length: 256 },
  (_, byte) => 8 - byte.toString(2).replaceAll('0', '').length,
);
const lowBits = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + LOW[byte]!, 0);

beforeAll(async () => {
  first = (await firmware('trial', '1.0.0')).image;
  second = (await firmware('trial', '2.0.0', { TRIAL: '1' })).image;
});

beforeEach(async () => {
  w = world([
    { name: 'a', image: first },
    { name: 'b', image: first },
  ]);
  a = w.board('a');
  actions = new Actions({ world: w } as unknown as ScenarioBench, {} as Troubles);
  w.powerOn();
  await w.run(3 * SECOND);
});

describe('the supply', () => {
  it('sags once, or at each start for a while', async () => {
    await perform('brown-out all');
    await w.run(2 * SECOND);
    expect(reasons(a)).toEqual([RESET.POWERON, RESET.BROWNOUT]);
    await perform('brown-out a for 2s');
    await w.run(4 * SECOND);
    expect(reasons(a).length).toBeGreaterThan(4);
    expect([a.state, reasons(w.board('b')).length]).toEqual(['running', 2]);
  });

  it('goes at an operation of the flash, and comes back when it is said so', async () => {
    await perform('cut power a at program 1 torn in otadata for 5s');
    install(w.board('b'), second);
    expect(w.board('b').state).toBe('running');
    const { offset } = partitionNamed(a, 'otadata');
    a.work(() => a.flash.write(offset + 64, new Uint8Array(64)));
    expect(a.state).toBe('off');
    const low = lowBits(a.flash.peek(offset + 64, 64));
    expect(low).toBeGreaterThan(150);
    expect(low).toBeLessThan(350);
    await w.run(6 * SECOND);
    expect(a.state).toBe('running');
  });

  it('sags there, and the chip resets', async () => {
    await perform('brown-out a at erase 2 half in app1');
    const { offset } = partitionNamed(a, 'app1');
    a.work(() => a.flash.erase(offset, 4096));
    expect(reasons(a)).toEqual([RESET.POWERON]);
    a.work(() => a.flash.erase(offset, 4096));
    expect(reasons(a)).toEqual([RESET.POWERON, RESET.BROWNOUT]);
  });

  it('does not go where everything was healed before', async () => {
    await perform('cut power a at operation 1 before');
    await perform('brown-out a at operation 1 before');
    await perform('heal everything');
    a.work(() => a.flash.write(0x300000, Uint8Array.of(0)));
    expect([a.state, reasons(a)]).toEqual(['running', [RESET.POWERON]]);
  });

  it('cannot be cut in a partition that is not there', async () => {
    await expect(perform('cut power a at erase 1 half in apq1')).rejects.toThrow(
      /a has no partition apq1; it has .*app1/,
    );
  });
});

describe('cells', () => {
  it('lose a bit in a partition', async () => {
    const before = lowBits(bytesOf(a, 'app0'));
    const { operations } = a.flash;
    await perform('flip bit a in app0 at 5000');
    expect(lowBits(bytesOf(a, 'app0'))).toBe(before + 1);
    expect(a.flash.operations).toBe(operations);
    a.pressReset();
    await w.run(2 * SECOND);
    expect(serial(a)).toMatch(/esp_image: /);
  });

  it('are turned round by share', async () => {
    const before = bytesOf(a, 'app1');
    expect(before.every((byte) => byte === 0xff)).toBe(true);
    expect(await perform('flip 0.01% of bits a in app1')).toMatch(/^\d+ bits$/);
    expect(lowBits(bytesOf(a, 'app1'))).toBe(Math.round(before.length * 8 * 0.0001));
  });

  it('stick, and a sector no longer erases', async () => {
    const { offset } = partitionNamed(a, 'app1');
    await perform('stick bit a in app1 at 3 low');
    await perform('stick sector a in app1 at 4096');
    a.flash.write(offset + 4096, Uint8Array.of(0));
    a.flash.erase(offset, 8192);
    expect([...a.flash.peek(offset + 3, 1), ...a.flash.peek(offset + 4096, 1)]).toEqual([0xfe, 0]);
    await expect(perform('stick bit a in otadata at 0x2000 low')).rejects.toThrow(/no byte 8192/);
  });

  it('wear out', async () => {
    const { offset } = partitionNamed(a, 'app1');
    a.flash.erase(offset, 4096);
    await perform('wear a in app1 after 2 erases');
    const left = [];
    for (let i = 0; i < 4; i++) {
      a.flash.erase(offset, 4096);
      left.push(lowBits(bytesOf(a, 'app1')));
    }
    expect(left).toEqual([0, 0, 1, 2]);
  });
});

describe('firmware', () => {
  it('crashes now, and at every start as long as it is told to', async () => {
    w.board('b').cutPower();
    expect(await perform('crash all')).toBe('b is off');
    await w.run(2 * SECOND);
    expect(reasons(a)).toEqual([RESET.POWERON, RESET.PANIC]);
    await perform('crash a at every start for 3s');
    a.pressReset();
    await w.run(5 * SECOND);
    expect(reasons(a).length).toBeGreaterThan(5);
    expect(serial(a).trim().split('\n').at(-1)).toMatch(/trial 1\.0\.0 in app0/);
  });

  it('hangs, and goes on after that time', async () => {
    await perform('hang a for 20s');
    const spent = () => a.guest!.task(0)!.load.slices;
    await w.run(10 * SECOND);
    expect(spent()).toBeGreaterThan(50);
    await w.run(12 * SECOND);
    expect([spent(), reasons(a)]).toEqual([0, [RESET.POWERON]]);
  });

  it('gets no memory: the how manieth time, or for a while from a size on', async () => {
    const ask = (bytes: number) => a.guest!.heap.mayAllocate(bytes, 0);
    await perform('allocation 2 of a fails');
    expect([ask(8), ask(8), ask(8)]).toEqual([true, false, true]);
    await perform('allocations of a fail from 1KB for 1s');
    expect([ask(1023), ask(1024)]).toEqual([true, false]);
    await w.run(2 * SECOND);
    expect(ask(1024)).toBe(true);
    await perform('allocation 1 of a fails');
    await perform('heal everything');
    expect(ask(8)).toBe(true);
  });

  it('goes by a clock that drifts', async () => {
    const since = () => a.cpu.sinceBoot;
    const from = since();
    await perform('clock a runs 1000 ppm slow for 10s');
    await w.run(10 * SECOND);
    expect(since() - from).toBe(10 * SECOND - 10_000);
    await w.run(10 * SECOND);
    expect(since() - from).toBe(20 * SECOND - 10_000);
  });
});
