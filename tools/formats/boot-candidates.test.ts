import { expect, test } from 'vitest';
import { bootCandidates, slotsOfApp, TEST_SLOT } from './boot-candidates.ts';
import { bootPartitions, type Partition } from './partition-table.ts';

const part = (label: string, subtype: number, size = 0x10000): Partition => ({
  label,
  type: 0,
  subtype,
  offset: 0x10000,
  size,
  encrypted: false,
  readonly: false,
});
const tried = (selected: number, ...partitions: Partition[]) =>
  bootCandidates(selected, bootPartitions({ partitions })).map(
    ({ slot, partition }) => `${slot} ${partition.label}`,
  );

test('downwards to factory, then upwards, then test', () => {
  const table = [part('f', 0), part('a', 16), part('b', 17), part('c', 18), part('t', 32)];
  expect(tried(1, ...table)).toEqual(['1 b', '0 a', '-1 f', '2 c', '-2 t']);
  expect(tried(-1, ...table)).toEqual(['-1 f', '0 a', '1 b', '2 c', `${TEST_SLOT} t`]);
});

test('not what the table lacks, nor what has no size', () => {
  expect(tried(0, part('a', 16, 0), part('b', 17))).toEqual(['1 b']);
  // Two rows: slots 0 and 1 are looked at, so that ota_5 is out of reach.
  expect(tried(1, part('a', 16), part('x', 21))).toEqual(['0 a']);
});

test('an app counts slots up to the first hole', () => {
  const count = (...subtypes: number[]) =>
    slotsOfApp(bootPartitions({ partitions: subtypes.map((n) => part(`s${n}`, n)) }));
  expect([count(), count(16, 17), count(17), count(16, 18), count(0, 16)]).toEqual([0, 2, 0, 1, 1]);
});
