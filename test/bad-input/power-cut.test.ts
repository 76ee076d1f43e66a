import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CutPhase, FlashOperation } from '../../simulator/board/nor-flash.ts';
import {
  type FlashMoment,
  recordWrites,
  strikeAtFlash,
} from '../../simulator/faults/flash-moments.ts';
import { partitionsOf, slotOf } from '../../simulator/faults/flash-places.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import {
  boots,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';

const SECTOR = 4096;
const PHASES: CutPhase[] = ['before', 'half', 'after'];

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

const newSlot = (rest: Omit<FlashMoment, 'place'>) => (): FlashMoment => ({
  place: slotOf(bench.board('pir-1'), 1),
  ...rest,
});
const otadata = (rest: Omit<FlashMoment, 'place'>) => (): FlashMoment => ({
  place: partitionsOf(bench.board('pir-1')).otadata!,
  ...rest,
});
const lastProgram = () => Math.floor((image.length - 1) / SECTOR) * SECTOR;

/** Cuts the power of pir-1 at that operation of the update under way, and gives it back twenty seconds later. */
async function cutAgain(at: () => FlashMoment, phase: CutPhase): Promise<void> {
  const pir = bench.board('pir-1');
  const strike = strikeAtFlash(pir, at(), phase);
  expect(await bench.world.runUntil(() => strike.struck, 20 * MINUTE)).toBe(true);
  expect([pir.state, runs(pir)]).toEqual(['off', 'nothing']);
  await bench.world.run(20 * SECOND);
  pir.powerOn();
}

/** Lets pir-1 take 1.1.0, and cuts its power at that operation. */
async function cut(at: () => FlashMoment, phase: CutPhase): Promise<number> {
  bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
  const id = await bench.publish(image);
  await cutAgain(at, phase);
  return id;
}

async function staysOld(): Promise<void> {
  await bench.world.run(5 * SECOND);
  const pir = bench.board('pir-1');
  expect([runs(pir), boots(pir)]).toEqual(['1.0.0 app0', '1.0.0 VALID']);
}

/** It takes the update later. */
async function completes(id: number): Promise<void> {
  expect(await bench.final(id, 60 * MINUTE)).toBe('completed');
  const pir = bench.board('pir-1');
  expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
}

describe('power cuts before, then half-way through, then after', () => {
  it.each([
    ['the first erase', newSlot({ kind: 'erase' })],
    ['an erase in the middle', newSlot({ kind: 'erase', number: 3 })],
    ['the first program', newSlot({ kind: 'program' })],
    ['a program in the middle', newSlot({ kind: 'program', number: 31 })],
  ])(
    '%s leave the old image running each time, and it takes the update in the end',
    async (_, at) => {
      bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
      const id = await bench.publish(image);
      for (const phase of PHASES) {
        // Each comes as the node, back on the old image, takes the update from its beginning again.
        await cutAgain(at, phase);
        await staysOld();
      }
      await completes(id);
    },
  );
});

describe.each(PHASES)('a power cut %s', (phase) => {
  // One in each run: a gateway gives up a node that has all parts, and starts the old image, three times.
  it.each([
    ['the program of the last part', () => newSlot({ kind: 'program', offset: lastProgram() })()],
    ['the program of the first 16 bytes, which come last', newSlot({ kind: 'program', offset: 0 })],
    ["the erase of otadata's other entry", otadata({ kind: 'erase' })],
  ])('%s leaves the old image running, and it takes the update later', async (_, at) => {
    const id = await cut(at, phase);
    await staysOld();
    await completes(id);
  });

  it('the program of the new otadata entry leaves the old image or the new one on trial', async () => {
    const id = await cut(otadata({ kind: 'program' }), phase);
    await bench.world.run(SECOND);
    const expected = phase === 'after' ? '1.1.0 app1' : '1.0.0 app0';
    expect(runs(bench.board('pir-1'))).toBe(expected);
    await completes(id);
  });

  it.each([
    ['takes note that the new image is on trial', 2],
    ['takes note that it is confirmed', 3],
  ])(
    'the erase or the program by which otadata %s leaves an image that boots',
    async (_, number) => {
      for (const kind of ['erase', 'program'] as const) {
        const id = await cut(otadata({ kind, number }), phase);
        await bench.world.run(5 * SECOND);
        expect(runs(bench.board('pir-1'))).toMatch(/^1\.0\.0 app0$|^1\.1\.0 app1$/);
        await completes(id);
        if (kind === 'erase') await bench.close();
      }
    },
  );
});

describe('a power cut half-way through an operation outside the new slot', () => {
  it('(otadata, settings, files; every third here, each in npm run soak): the node comes through, and takes the update', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const first = bench.board('pir-1').flash.operations;
    const journal = recordWrites(bench.board('pir-1'));
    await completes(await bench.publish(image));
    const slot = slotOf(bench.board('pir-1'), 1);
    const inSlot = ({ offset }: FlashOperation) =>
      offset >= slot.offset && offset < slot.offset + slot.size;
    const others = journal.filter((operation) => !inSlot(operation));
    expect(others.length).toBeGreaterThan(10);
    expect(journal[0]?.index).toBe(first);
    for (const { index } of others.filter((_, i) => i % 3 === 0)) {
      await bench.close();
      const id = await cut(() => ({ index }), 'half');
      await bench.world.run(5 * SECOND);
      expect(runs(bench.board('pir-1'))).toMatch(/^1\.0\.0 app0$|^1\.1\.0 app1$/);
      await completes(id);
    }
  });
});

describe('power cuts one after another', () => {
  it('at eight places of the transfer: the node comes through, and takes the update', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const pir = bench.board('pir-1');
    const id = await bench.publish(image);
    for (let round = 0; round < 8; round++) {
      const moment = newSlot({ kind: 'program', number: 8 * round + 1 })();
      const strike = strikeAtFlash(pir, moment, 'half');
      expect(await bench.world.runUntil(() => strike.struck, 20 * MINUTE)).toBe(true);
      await bench.world.run(3 * SECOND);
      pir.powerOn();
      await bench.world.run(5 * SECOND);
      expect([runs(pir), boots(pir)]).toEqual(['1.0.0 app0', '1.0.0 VALID']);
    }
    await completes(id);
  });
});

describe('a power cut of the node that another one is reached through', () => {
  it('in mid-transfer: both take the update in the end', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }, { name: 'pir-2' }] });
    const id = await bench.publish(image);
    expect(await bench.transferring('pir-2', image, 60)).toBe(true);
    bench.board('pir-1').cutPower();
    await bench.world.run(MINUTE);
    expect(runs(bench.board('pir-2'))).toBe('1.0.0 app0');
    bench.board('pir-1').powerOn();
    expect(await bench.final(id, 60 * MINUTE)).toBe('completed');
    for (const name of ['pir-1', 'pir-2']) {
      expect(boots(bench.board(name))).toBe('1.1.0 VALID');
      expect(await bench.row(id, name)).toMatchObject({ status: 'completed' });
    }
  });
});
