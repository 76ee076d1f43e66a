import { beforeEach, describe, expect, it } from 'vitest';
import { image, md5Of, NODE, TestFleet } from './testing/fleet.ts';
import { wholeTransfer } from './whole-transfer.ts';

const APP = image('pir', '1.0.0');
const SIZE = 64;
const COUNT = Math.ceil(APP.length / SIZE);
const MD5 = md5Of(APP);
const numbers = Array.from({ length: COUNT }, (_, i) => i);

let fleet: TestFleet;
beforeEach(() => {
  fleet = new TestFleet(wholeTransfer, {
    pir: { app: APP, role: 'pir' },
    gateway: { app: APP, role: 'gateway' },
    relay: { app: APP, role: 'led' },
  });
});

const bytesOf = (part: number) => APP.slice(part * SIZE, (part + 1) * SIZE);
function send(part: number, more: object = {}, bytes = bytesOf(part), by = 'gateway'): void {
  const data = btoa(String.fromCharCode(...bytes));
  const frame = { type: 12, from: NODE + 1, dest: NODE, md5: MD5 };
  fleet.frame(by, { ...frame, partNo: part, noPart: COUNT, data, ...more });
}
const flipped = (part: number) => bytesOf(part).map((byte, i) => (i === 9 ? byte ^ 1 : byte));

describe('whole-transfer', () => {
  it('is content with all parts in order, some again, and a new beginning', () => {
    for (const part of numbers.slice(0, 3)) send(part);
    send(2);
    send(1);
    for (const part of numbers) send(part);
    expect(COUNT).toBeGreaterThan(3);
    expect(fleet.findings).toEqual([]);
  });

  it('judges a frame where it is sent first', () => {
    for (const part of numbers) send(part);
    send(COUNT - 1, {}, flipped(1), 'relay');
    expect(fleet.findings).toEqual([]);
  });

  it('misses a part', () => {
    send(0);
    send(2);
    expect(fleet.findings).toEqual([`pir: part 2 of ${MD5} came before part 1`]);
  });

  it('compares a part that comes again', () => {
    send(0);
    send(1);
    send(1, {}, flipped(1));
    expect(fleet.findings).toEqual([`pir: part 1 of ${MD5} came twice, with other bytes`]);
  });

  it('finds bytes that are not what was offered', () => {
    for (const part of numbers) send(part, {}, part === 2 ? flipped(2) : undefined);
    expect(fleet.findings).toHaveLength(1);
    expect(fleet.findings[0]).toMatch(new RegExp(`^pir was given [0-9a-f]{32} as ${MD5}$`));
  });

  it('finds a part of another size', () => {
    for (const part of numbers) send(part, {}, part === 1 ? bytesOf(1).slice(1) : undefined);
    expect(fleet.findings[0]).toBe(`pir: part 1 of ${MD5} has 63 bytes, not 64`);
  });

  it.each([
    ['counts other parts', { noPart: COUNT + 1 }, `counts ${COUNT + 1} parts, not ${COUNT}`],
    ['is beyond the last', { partNo: COUNT }, `is beyond the last of ${COUNT}`],
    ['has no data', { data: '%' }, 'cannot be read'],
    ['has no number', { partNo: 'x' }, 'cannot be read'],
    ['would fill all memory', { noPart: 2 ** 31 }, 'cannot be read'],
  ])('survives a part that %s', (_, more, message) => {
    send(0);
    send(1, more);
    expect(fleet.findings[0]).toContain(message);
  });

  it('passes over what is no JSON', () => {
    for (const text of ['{"type":12,', 'null{"type":12,']) {
      fleet.record('gateway', 'frame', new TextEncoder().encode(`${text}\0`), 1);
    }
    expect(fleet.findings).toEqual([]);
  });
});
