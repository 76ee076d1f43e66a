import { expect, test } from 'vitest';
import { bootCandidates, slotsOfApp, TEST_SLOT } from './boot-candidates.ts';
import { buildOtadata, OTA_STATE, parseOtadata, selectBootSlot } from './otadata.ts';
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

test('edge cases of ESP_FORMATS §1.4: what is selected, and what is tried then', () => {
  const order = (otadata: Uint8Array, ...names: ('f' | 'a' | 'b')[]) => {
    const subtypes = { f: 0, a: 16, b: 17 };
    const partitions = bootPartitions({ partitions: names.map((n) => part(n, subtypes[n])) });
    const { slot, initial } = selectBootSlot({
      entries: parseOtadata(otadata),
      appCount: partitions.appCount,
      hasFactory: partitions.factory !== undefined,
      rollback: true,
    });
    const tries = bootCandidates(slot, partitions).map(({ partition }) => partition.label);
    return [slot, initial, tries.join(' ')];
  };
  const { VALID, ABORTED } = OTA_STATE;
  // The erased CRC field is right for the number 0, which leads to slot 0xFFFFFFFF mod 2.
  expect(order(buildOtadata({ seq: 0, state: VALID, crc: 0xffffffff }), 'a', 'b')).toEqual([
    1,
    false,
    'b a',
  ]);
  // A bad CRC beside an empty entry selects factory even where there is none.
  const badCrc = buildOtadata({ seq: 2, state: VALID, crc: 1 });
  expect(order(badCrc, 'a', 'b')).toEqual([-1, false, 'a b']);
  expect(order(badCrc, 'f', 'a', 'b')).toEqual([-1, false, 'f a b']);
  // An aborted app boots again where there is nothing else.
  const aborted = buildOtadata({ seq: 1, state: ABORTED }, { seq: 2, state: ABORTED });
  expect(order(aborted, 'a', 'b')).toEqual([0, false, 'a b']);
  expect(order(aborted, 'f', 'a', 'b')).toEqual([-1, false, 'f a b']);
});
