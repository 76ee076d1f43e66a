import { concatBytes, utf8 } from '../../../tools/formats/bytes.ts';
import { inspectFlash } from '../../../tools/formats/flash-image/inspect.ts';
import { parseIntelHex } from '../../../tools/formats/flash-image/intel-hex.ts';
import { buildIntelHex } from '../../../tools/formats/flash-image/intel-hex-write.ts';
import { splitDump } from '../../../tools/formats/flash-image/split.ts';
import { wrapGuest } from '../../../tools/formats/guest-payload.ts';
import { md5 } from '../../../tools/formats/md5.ts';
import { buildNvs } from '../../../tools/formats/nvs/nvs-build.ts';
import {
  buildOtadata,
  describeOtadata,
  parseOtadata,
  selectBootSlot,
} from '../../../tools/formats/otadata.ts';
import { parsePartitionCsv } from '../../../tools/formats/partition-csv.ts';
import {
  bootPartitions,
  buildPartitionTable,
  checkPartitionTable,
  type Partition,
  parsePartitionTable,
  verifyPartitionTable,
} from '../../../tools/formats/partition-table.ts';
import { tableOfCsv } from '../../../tools/formats/table-of-csv.ts';
import type { FuzzTarget } from '../target.ts';

const CSV = `# Name, Type, SubType, Offset, Size, Flags
nvs,      data, nvs,     0x9000,  0x6000,
otadata,  data, ota,     ,        0x2000,
factory,  app,  factory, 0x20000, 1M,
ota_0,    app,  ota_0,   ,        1M,
ota_1,    app,  ota_1,   ,        1M,
storage,  data, spiffs,  ,        64K, encrypted:readonly
`;
const table = tableOfCsv(CSV);

const entry = (seq: number, state: number) => ({ seq, state });
const otadata = buildOtadata(entry(1, 2), entry(2, 0));

/** 28 KB with the table in the first sector but one; apps as small as no real ones are. */
function dump(): Uint8Array {
  const row = (
    label: string,
    type: number,
    subtype: number,
    offset: number,
    size: number,
  ): Partition => ({ label, type, subtype, offset, size, encrypted: false, readonly: false });
  const flash = new Uint8Array(0x7000).fill(0xff);
  flash.set(
    buildPartitionTable([
      row('nvs', 1, 2, 0x2000, 0x1000),
      row('otadata', 1, 0, 0x3000, 0x2000),
      row('ota_0', 0, 0x10, 0x5000, 0x1000),
      row('ota_1', 0, 0x11, 0x6000, 0x1000),
      row('more', 1, 0x82, 0x7000, 0x10000),
    ]),
    0x1000,
  );
  const value = { key: 'server', type: 'str', value: 'http://ota.test' } as const;
  flash.set(buildNvs([{ namespace: 'ota', entry: value }], { size: 0x1000 }), 0x2000);
  flash.set(otadata, 0x3000);
  const app = (version: string): Uint8Array => wrapGuest(utf8('module'), { version });
  flash.set(app('1.0'), 0x5000);
  flash.set(app('2.0'), 0x6000);
  return flash;
}

/** Makes the checksum row right: it stands behind the rows it covers. */
function resealTable(bytes: Uint8Array): void {
  for (let at = 0; at + 32 <= Math.min(bytes.length, 0xc00); at += 32) {
    if (bytes[at] !== 0xeb || bytes[at + 1] !== 0xeb) continue;
    bytes.set(md5(bytes.subarray(0, at)), at + 16);
    return;
  }
}

function resealDump(bytes: Uint8Array): void {
  if (bytes.length > 0x2000) resealTable(bytes.subarray(0x1000));
}

const DIGITS = /[0-9A-Fa-f]{2}/g;

/** Makes the checksum of every record right, and its length where the record is short. */
function resealHex(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const sealed = text.replace(/:((?:[0-9A-Fa-f]{2}){5,40})/g, (_, digits: string) => {
    const record = digits.match(DIGITS)!.map((pair) => Number.parseInt(pair, 16));
    record[0] = record.length - 5;
    const sum = record.slice(0, -1).reduce((total, byte) => total + byte, 0);
    record[record.length - 1] = -sum & 0xff;
    return `:${Buffer.from(record).toString('hex').toUpperCase()}`;
  });
  bytes.set(Buffer.from(sealed, 'latin1'));
}

export const FLASH_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'partition-table',
    seeds: [table, table.slice(0, 32 * 8)],
    tokens: [Uint8Array.of(0xaa, 0x50), Uint8Array.of(0xeb, 0xeb), new Uint8Array(32).fill(0xff)],
    reseal: resealTable,
    run: (bytes) => {
      verifyPartitionTable(bytes, { flashSize: 0x400000 });
      checkPartitionTable(bytes, { flashSize: 0x400000 });
      return bootPartitions(parsePartitionTable(bytes));
    },
  },
  {
    name: 'partition-csv',
    seeds: [utf8(CSV), concatBytes([Uint8Array.of(0xff, 0xfe), utf16('a,app,ota_0,,1M\n')])],
    tokens: [
      ',',
      '\n',
      '#',
      '$A',
      '$' + '{A}',
      '-',
      '0x',
      '1M',
      'app',
      'data',
      ':',
      'encrypted',
      '\0',
      '99999999999999999999',
    ].map(utf8),
    run: (bytes) => {
      const { partitions, ok } = parsePartitionCsv(bytes, { variables: { A: '1M' } });
      return ok && buildPartitionTable(partitions);
    },
  },
  {
    name: 'otadata',
    seeds: [otadata, buildOtadata(entry(0xfffffffe, 0xffffffff))],
    run: (bytes) => {
      const entries = parseOtadata(bytes);
      describeOtadata(entries, 1 + (bytes[0]! % 16));
      return selectBootSlot({ entries, appCount: 2, hasFactory: false, rollback: true });
    },
  },
  {
    name: 'intel-hex',
    seeds: [
      buildIntelHex([
        { offset: 0x1000, data: utf8('bootloader, bootloader, bootloader') },
        { offset: 0x1fff8, data: utf8('across a boundary of 64 KB') },
      ]),
    ],
    tokens: [
      ':',
      '\n',
      '\r\n',
      ':00000001FF\n',
      ':020000040001F9\n',
      ':02000002F0000C\n',
      ':0400000500000000F7\n',
    ].map(utf8),
    reseal: resealHex,
    run: parseIntelHex,
  },
  {
    name: 'flash-dump',
    seeds: [dump()],
    tokens: [Uint8Array.of(0xaa, 0x50), Uint8Array.of(0xe9), new Uint8Array(64).fill(0xff)],
    reseal: resealDump,
    run: (bytes) => [inspectFlash(bytes), splitDump(bytes)],
  },
];

function utf16(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap((character) => [character.charCodeAt(0), 0]));
}
