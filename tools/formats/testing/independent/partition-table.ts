import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

/** A second reader of binary partition tables that shares no code with the library. It takes a table as
 * a builder leaves it, and throws AssertionError for anything that does not fit. Written from
 * esp_flash_partitions.h and docs/en/api-guides/partition-tables.rst. */

/** A row: its bytes as numbers and text, in the order in which they stand. */
export type RowFact = [
  type: number,
  subtype: number,
  offset: number,
  size: number,
  label: string,
  flags: number,
];

export function readTable(table: Uint8Array): { rows: RowFact[]; md5: string | undefined } {
  const bytes = Buffer.from(table);
  assert.equal(bytes.length, 3072, 'the data area has 0xC00 bytes');
  const rows: RowFact[] = [];
  let at = 0;
  for (; bytes.toString('latin1', at, at + 2) === '\xaa\x50'; at += 32) {
    const label = bytes.subarray(at + 12, at + 28);
    const text = label.toString('utf8').split('\0', 1)[0]!;
    const padding = label.subarray(Buffer.byteLength(text));
    assert.ok(padding.equals(Buffer.alloc(padding.length)), 'labels are padded with NUL');
    rows.push([
      bytes[at + 2]!,
      bytes[at + 3]!,
      bytes.readUInt32LE(at + 4),
      bytes.readUInt32LE(at + 8),
      text,
      bytes.readUInt32LE(at + 28),
    ]);
  }
  let md5: string | undefined;
  if (bytes.readUInt16BE(at) === 0xebeb) {
    assert.equal(bytes.toString('hex', at + 2, at + 16), 'ff'.repeat(14));
    md5 = bytes.toString('hex', at + 16, at + 32);
    assert.equal(md5, createHash('md5').update(bytes.subarray(0, at)).digest('hex'));
    at += 32;
  }
  assert.ok(at < bytes.length, 'there is an end row');
  assert.ok(bytes.subarray(at).equals(Buffer.alloc(bytes.length - at, 0xff)), '0xFF to the end');
  return { rows, md5 };
}
