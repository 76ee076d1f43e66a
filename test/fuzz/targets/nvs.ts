import { utf8 } from '../../../tools/formats/bytes.ts';
import { espCrc32 } from '../../../tools/formats/crc.ts';
import { FormatError } from '../../../tools/formats/errors.ts';
import { memoryFlash } from '../../../tools/formats/flash-region.ts';
import { entryCrc, readPageHeader } from '../../../tools/formats/nvs/entry.ts';
import { buildNvs } from '../../../tools/formats/nvs/nvs-build.ts';
import { buildNvsFromCsv } from '../../../tools/formats/nvs/nvs-csv.ts';
import { parseNvs } from '../../../tools/formats/nvs/nvs-parse.ts';
import { openNvs } from '../../../tools/formats/nvs/nvs-store.ts';
import { formatNvsCsv } from '../../../tools/formats/nvs/nvs-to-csv.ts';
import type { FuzzTarget } from '../target.ts';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i & 0xff);

/** A store after a while: keys rewritten, a blob in two pieces, a page full and one erased again. */
function worn(): Uint8Array {
  const flash = memoryFlash(3 * 4096);
  const store = openNvs(flash);
  store.set('ota', 'server', 'str', 'http://ota.test');
  store.set('ota', 'device_id', 'u32', 17);
  for (let i = 0; i < 60; i++) store.set('app', 'count', 'i64', BigInt(i));
  store.set('app', 'blob', 'blob', bytes(2200));
  store.set('app', 'blob', 'blob', bytes(300));
  return flash.bytes;
}

const small = buildNvs(
  [
    { namespace: 'ota', entry: { key: 's', type: 'str', value: 'text' } },
    { namespace: 'ota', entry: { key: 'b', type: 'blob', value: bytes(70) } },
    { namespace: 'w', entry: { key: 'u', type: 'u8', value: 9 } },
    { namespace: 'w', entry: { key: 'd', type: 'double', value: 1.5 } },
  ],
  { size: 0x3000 },
);

/** Makes the CRCs of the pages' headers and of all entries right. */
function reseal(flash: Uint8Array): void {
  for (let page = 0; page + 4096 <= flash.length; page += 4096) {
    const view = new DataView(flash.buffer, flash.byteOffset + page, 4096);
    const header = flash.subarray(page, page + 32);
    if (readPageHeader(flash.subarray(page, page + 4096)).state === 0xffffffff) continue;
    view.setUint32(28, espCrc32(header.subarray(4, 28)), true);
    for (let at = 64; at < 4096; at += 32) {
      const entry = flash.subarray(page + at, page + at + 32);
      if (entry.some((byte) => byte !== 0xff)) view.setUint32(at + 4, entryCrc(entry), true);
    }
  }
}

/** Whole pages, as every caller has them; some inputs stay odd. */
function paged(input: Uint8Array): Uint8Array {
  if (input.length % 16 === 3 || input.length > 5 * 4096) return input;
  const pages = Math.max(input.length % 8 === 0 ? 1 : 3, Math.round(input.length / 4096));
  const whole = new Uint8Array(pages * 4096).fill(0xff);
  whole.set(input.subarray(0, whole.length));
  return whole;
}

const partitions = {
  seeds: [small, worn()],
  tokens: [
    Uint8Array.of(0xfe, 0xff, 0xff, 0xff),
    Uint8Array.of(0xfc, 0xff, 0xff, 0xff),
    Uint8Array.of(0xf8, 0xff, 0xff, 0xff),
    Uint8Array.of(1, 0x48, 1, 0xff),
    Uint8Array.of(1, 0x42, 3, 0),
    Uint8Array.of(1, 0x21, 2, 0xff),
    Uint8Array.of(0xaa, 0xaa, 0xaa, 0xaa),
    new Uint8Array(32),
  ],
  reseal,
};

const HEADER = 'key,type,encoding,value\n';
const csv = (...rows: string[]): Uint8Array =>
  utf8(`${HEADER}ota,namespace,,\n${rows.join('\n')}\n`);

export const NVS_TARGETS: readonly FuzzTarget[] = [
  {
    ...partitions,
    name: 'nvs-parse',
    run: (input) => {
      const dump = parseNvs(paged(input));
      return formatNvsCsv(dump);
    },
  },
  {
    ...partitions,
    name: 'nvs-store',
    run: (input) => {
      const flash = memoryFlash(paged(input));
      const store = openNvs(flash);
      for (const { namespace, key, type } of [...store.entries()])
        read(store, namespace, key, type);
      write(store);
      return store.stats();
    },
  },
  {
    name: 'nvs-csv',
    seeds: [
      csv(
        'a,data,u8,7',
        'b,data,i64,-9',
        '# c',
        'c,data,string,"x, ""y""\nz"',
        'd,data,double,1.5',
      ),
      csv(
        'a,data,hex2bin,00ff',
        'b,data,base64,AAH+',
        'c,data,blob_fill(40;0xff),abc',
        'f,file,binary,x',
      ),
      csv('sta.ssid,data,string,net', 'w,namespace,,', 'k,data,blob_sz_fill(8;0x00),'),
    ],
    tokens: [
      ',',
      '\n',
      '"',
      '""',
      '#',
      'namespace',
      'data',
      'file',
      'u64',
      'string',
      'hex2bin',
      'blob_fill(999999999;0x00)',
      '-',
      '0x',
      'ota,namespace,,\n',
      '\r',
      '\0',
    ].map(utf8),
    run: (input) =>
      buildNvsFromCsv(new TextDecoder().decode(input), {
        size: 0x4000,
        readFile: () => bytes(20),
      }),
  },
];

function read(
  store: ReturnType<typeof openNvs>,
  ...[namespace, key, type]: Parameters<typeof store.get>
): void {
  try {
    store.get(namespace, key, type);
  } catch (error) {
    // A value that turns out damaged is dropped.
    if (!(error instanceof FormatError) || error.code !== 'ESP_ERR_NVS_NOT_FOUND') throw error;
  }
}

function write(store: ReturnType<typeof openNvs>): void {
  try {
    store.set('fuzz', 'k', 'blob', bytes(40));
  } catch (error) {
    const full = ['ESP_ERR_NVS_NOT_ENOUGH_SPACE', 'ESP_ERR_NVS_VALUE_TOO_LONG'];
    if (!(error instanceof FormatError) || !full.includes(error.code)) throw error;
  }
}
