import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  buildPartitionTable,
  checkPartitionTable,
  formatPartitionCsv,
  type Partition,
  parsePartitionCsv,
  parsePartitionTable,
} from './partition-table.ts';
import { readTable } from './testing/independent/partition-table.ts';
import { fixture, SEED } from './testing/support.ts';

/** Tables that obey every rule: rows behind each other, unique names, aligned. */
const row = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/),
  app: fc.boolean(),
  slot: fc.integer({ min: 0, max: 15 }),
  data: fc.constantFrom(1, 3, 4, 5, 6, 0x80, 0x81, 0x82, 0x83, 0x55),
  sectors: fc.integer({ min: 1, max: 40 }),
  gap: fc.integer({ min: 0, max: 3 }),
  encrypted: fc.boolean(),
  readonly: fc.boolean(),
});
const soundTable = fc
  .uniqueArray(row, { selector: ({ name }) => name, minLength: 1, maxLength: 20 })
  .map((rows) => {
    let end = 0x9000;
    return rows.map(
      ({ name, app, slot, data, sectors, gap, encrypted, readonly }, i): Partition => {
        const align = app ? 0x10000 : 0x1000;
        const offset = Math.ceil(end / align) * align + gap * align;
        const size = sectors * 0x1000;
        end = offset + size;
        const free = app || data !== 3;
        return {
          label: `${name}_${i}`,
          type: app ? 0 : 1,
          subtype: app ? 0x10 + slot : data,
          offset,
          size,
          encrypted,
          readonly: readonly && free,
        };
      },
    );
  });

const facts = (partitions: readonly Partition[]) =>
  partitions.map(
    ({ type, subtype, offset, size, label, encrypted, readonly, unknownFlags = 0 }) => [
      type,
      subtype,
      offset,
      size,
      label,
      (encrypted ? 1 : 0) + (readonly ? 2 : 0) + unknownFlags,
    ],
  );

test('values → bytes: another reader finds every field; → CSV → values: the same', () => {
  fc.assert(
    fc.property(soundTable, fc.boolean(), (partitions, md5) => {
      const bytes = buildPartitionTable(partitions, { md5 });
      const read = readTable(bytes);
      expect(read.rows).toEqual(facts(partitions));
      expect(read.md5 !== undefined).toBe(md5);
      expect(checkPartitionTable(bytes).findings.map(({ code }) => code)).toEqual(
        md5 ? [] : ['partition-md5-missing'],
      );
      expect(parsePartitionTable(bytes).partitions).toEqual(partitions);
      const csv = parsePartitionCsv(formatPartitionCsv(partitions), { md5 });
      expect([csv.problems, csv.partitions]).toEqual([[], partitions]);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('any values: another reader finds every field', () => {
  const u32 = fc.integer({ min: 0, max: 0xffffffff });
  const partition = fc.record({
    label: fc.string({ unit: 'grapheme', maxLength: 16 }).filter((text) => {
      return Buffer.byteLength(text) <= 16 && !text.includes('\0') && text.isWellFormed();
    }),
    type: fc.nat({ max: 255 }),
    subtype: fc.nat({ max: 255 }),
    offset: u32,
    size: u32,
    encrypted: fc.boolean(),
    readonly: fc.boolean(),
    unknownFlags: fc.integer({ min: 1, max: 0x3fffffff }).map((flags) => flags * 4),
  });
  fc.assert(
    fc.property(fc.array(partition, { minLength: 1, maxLength: 94 }), (partitions) => {
      expect(readTable(buildPartitionTable(partitions)).rows).toEqual(facts(partitions));
    }),
    { seed: SEED, numRuns: 40 },
  );
});

test('bytes → values → bytes, of valid tables', () => {
  const rebuilt = (bytes: Uint8Array) => {
    const { partitions, md5 } = parsePartitionTable(bytes);
    return buildPartitionTable(partitions, { md5: md5 !== undefined });
  };
  const theirs = fixture('partition-table-factory-two-ota.bin');
  expect(rebuilt(theirs)).toEqual(theirs);
  expect(readTable(theirs).md5).toBe('bf25822c0fa6d8641bd930251e06b4c4');
  fc.assert(
    fc.property(soundTable, fc.boolean(), (partitions, md5) => {
      const bytes = buildPartitionTable(partitions, { md5 });
      expect(rebuilt(bytes)).toEqual(bytes);
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test('the second reader minds what is not as it should be', () => {
  const bytes = fixture('partition-table-factory-two-ota.bin');
  for (const at of [32, 40, 44, 195, 210, 230, 3071]) {
    expect(() => readTable(bytes.with(at, bytes[at]! ^ 1)), `byte ${at}`).toThrow();
  }
});
