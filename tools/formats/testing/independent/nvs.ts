import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';

/** A second reader of NVS partitions that shares no code with the library: it takes a partition that is
 * whole (as a builder leaves it), checks every CRC and count on its way, and throws AssertionError for
 * anything that does not fit. Written from docs/en/api-reference/storage/nvs_flash.rst. */

export interface NvsFact {
  namespace: string;
  key: string;
  /** Type code of the entry; 0x42 for a blob in pieces. */
  type: number;
  /** The stored bytes: little-endian numbers, strings with their NUL. */
  hex: string;
}

const WIDTH: Record<number, number> = {
  1: 1,
  17: 1,
  2: 2,
  18: 2,
  4: 4,
  20: 4,
  8: 8,
  24: 8,
  36: 4,
  40: 8,
};

interface Entry {
  ns: number;
  type: number;
  chunk: number;
  key: string;
  data: Buffer;
  payload: Buffer;
}

export function readNvsFacts(bytes: Uint8Array): NvsFact[] {
  const flash = Buffer.from(bytes);
  assert.equal(flash.length % 4096, 0);
  const pages: { seq: number; entries: Entry[] }[] = [];
  const states: number[] = [];
  for (let base = 0; base < flash.length; base += 4096) {
    const page = flash.subarray(base, base + 4096);
    if (page.readUInt32LE(0) === 0xffffffff) {
      assert.ok(
        page.every((byte) => byte === 0xff),
        `page at ${base} is blank`,
      );
      continue;
    }
    states.push(page.readUInt32LE(0));
    assert.equal(page.readUInt32LE(28), crc32(page.subarray(4, 28), 0xffffffff), 'header CRC');
    assert.ok(page[8] === 0xfe || page[8] === 0xff, 'page version');
    pages.push({ seq: page.readUInt32LE(4), entries: entriesOf(page) });
  }
  assert.ok(states.filter((state) => state === 0xfffffffe).length <= 1, 'one active page');
  assert.ok(
    states.every((state) => state === 0xfffffffe || state === 0xfffffffc),
    'page states',
  );
  pages.sort((a, b) => a.seq - b.seq);
  assert.equal(new Set(pages.map(({ seq }) => seq)).size, pages.length, 'sequence numbers');
  return factsOf(pages.flatMap(({ entries }) => entries));
}

function entriesOf(page: Buffer): Entry[] {
  const state = (i: number): number =>
    (page.readUInt32LE(32 + 4 * (i >> 4)) >>> ((i % 16) * 2)) & 3;
  const entries: Entry[] = [];
  let i = 0;
  for (; i < 126 && state(i) !== 3; ) {
    const at = 64 + 32 * i;
    const entry = page.subarray(at, at + 32);
    if (state(i) === 0) {
      i++;
      continue;
    }
    const span = entry[2]!;
    for (let j = i; j < i + span; j++) assert.equal(state(j), 2, `entry ${j} is written`);
    const covered = Buffer.concat([entry.subarray(0, 4), entry.subarray(8, 32)]);
    assert.equal(entry.readUInt32LE(4), crc32(covered, 0xffffffff), `CRC of entry ${i}`);
    entries.push(decode(entry, page.subarray(at + 32, at + 32 * span), span));
    i += span;
  }
  for (; i < 126; i++) {
    assert.equal(state(i), 3, `entry ${i} is unused`);
    assert.ok(
      page.subarray(64 + 32 * i, 96 + 32 * i).every((byte) => byte === 0xff),
      `entry ${i} is blank`,
    );
  }
  return entries;
}

function decode(entry: Buffer, behind: Buffer, span: number): Entry {
  const type = entry[1]!;
  const key = entry.subarray(8, 24);
  const end = key.indexOf(0);
  assert.ok(end > 0, 'the key ends with a NUL');
  let payload = behind;
  if (type === 0x21 || type === 0x41 || type === 0x42) {
    const size = entry.readUInt16LE(24);
    assert.equal(span, 1 + Math.ceil(size / 32), 'span');
    assert.equal(entry.readUInt16LE(26), 0xffff);
    payload = behind.subarray(0, size);
    assert.ok(
      behind.subarray(size).every((byte) => byte === 0xff),
      'padding',
    );
    assert.equal(entry.readUInt32LE(28), crc32(payload, 0xffffffff), 'data CRC');
  } else assert.equal(span, 1);
  const data = entry.subarray(24, 32);
  const chunk = entry[3]!;
  assert.equal(chunk === 0xff, type !== 0x42, 'chunk index');
  return { ns: entry[0]!, type, chunk, key: key.toString('utf8', 0, end), data, payload };
}

function factsOf(entries: Entry[]): NvsFact[] {
  const names = new Map<number, string>();
  for (const { ns, type, key, data } of entries) {
    if (ns !== 0) continue;
    assert.equal(type, 1, 'a namespace is a u8');
    assert.ok(!names.has(data[0]!), 'a namespace has one name');
    names.set(data[0]!, key);
  }
  const taken = new Set<Entry>();
  const facts = entries.flatMap((entry): NvsFact[] => {
    const { ns, type, key, data, payload } = entry;
    if (ns === 0 || type === 0x42) return [];
    const namespace = names.get(ns);
    assert.ok(namespace !== undefined, `namespace ${ns} has a name`);
    if (type !== 0x48) {
      const width = WIDTH[type];
      if (width) {
        assert.ok(
          data.subarray(width).every((byte) => byte === 0xff),
          'a number is padded',
        );
      }
      const value = width ? data.subarray(0, width) : payload;
      return [{ namespace, key, type, hex: value.toString('hex') }];
    }
    const pieces = entries.filter((e) => e.type === 0x42 && e.ns === ns && e.key === key);
    pieces.sort((a, b) => a.chunk - b.chunk);
    for (const piece of pieces) taken.add(piece);
    assert.deepEqual(
      pieces.map(({ chunk }) => chunk),
      Array.from({ length: data[4]! }, (_, i) => data[5]! + i),
      'pieces of a blob',
    );
    const whole = Buffer.concat(pieces.map((piece) => piece.payload));
    assert.equal(whole.length, data.readUInt32LE(0), 'size of a blob');
    return [{ namespace, key, type: 0x42, hex: whole.toString('hex') }];
  });
  assert.equal(entries.filter(({ type }) => type === 0x42).length, taken.size, 'no orphan');
  assert.equal(
    new Set(facts.map(({ namespace, key }) => `${namespace}\0${key}`)).size,
    facts.length,
    'each key once',
  );
  return facts;
}
