import { createHash } from 'node:crypto';
import { formatTable } from '../../simulator/report/table.ts';
import { buildAppDesc } from '../../tools/formats/app-desc.ts';
import { concatBytes, equalBytes } from '../../tools/formats/bytes.ts';
import { buildImage } from '../../tools/formats/esp-image.ts';
import { inspectFlash } from '../../tools/formats/flash-image/inspect.ts';
import { buildNvsFromCsv } from '../../tools/formats/nvs/nvs-csv.ts';
import { buildOtadata } from '../../tools/formats/otadata.ts';
import { sha256 } from '../../tools/formats/sha256.ts';
import { tableOfCsv } from '../../tools/formats/table-of-csv.ts';
import { drawer } from '../../tools/formats/testing/nvs-workload.ts';

const MB = 1024 * 1024;
const SECONDS_EACH = 2;

const PARTITIONS = `
nvs,      data, nvs,    0x9000,  0x5000
otadata,  data, ota,    0xe000,  0x2000
ota_0,    app,  ota_0,  0x10000, 0x1f0000
ota_1,    app,  ota_1,  0x200000, 0x1f0000
settings, data, nvs,    0x3f0000, 0x10000
`;

/** Bytes that no pattern makes cheap. */
function noise(length: number, seed: number): Uint8Array {
  const draw = drawer(seed);
  return Uint8Array.from({ length }, () => draw(256));
}

function app(version: string): Uint8Array {
  const drom = buildAppDesc({ projectName: 'bench', version, idfVersion: 'v5.4' });
  const code = noise(0x1e0000, version.length);
  return buildImage({
    chipId: 0,
    entryAddress: 0x40081000,
    alignMapped: false,
    segments: [
      { loadAddress: 0x3f400020, data: concatBytes([drom, noise(256, 1)]) },
      { loadAddress: 0x40080000, data: code },
    ],
  });
}

/** Rows that fill 64 KB, of which the chip needs one page: numbers, strings and certificates. */
function csv(): string {
  const lines = ['key,type,encoding,value', 'ota,namespace,,'];
  const draw = drawer(3);
  for (let i = 0; i < 900; i++) lines.push(`n${i},data,u32,${draw(2 ** 32)}`);
  for (let i = 0; i < 60; i++) lines.push(`s${i},data,string,${'http://ota.test/'.repeat(8)}`);
  const certificate = Buffer.from(noise(1800, 4)).toString('base64');
  for (let i = 0; i < 9; i++) lines.push(`c${i},data,base64,${certificate}`);
  return lines.join('\n');
}

interface Row {
  what: string;
  bytes: number;
  /** Of the fastest run: what other work on the machine took away is not counted. */
  seconds: number;
}

function measure(what: string, bytes: number, work: () => unknown): Row {
  let seconds = Number.POSITIVE_INFINITY;
  let left = SECONDS_EACH;
  while (left > 0) {
    const start = process.hrtime.bigint();
    work();
    const took = Number(process.hrtime.bigint() - start) / 1e9;
    seconds = Math.min(seconds, took);
    left -= took;
  }
  return { what, bytes, seconds };
}

const native = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** What the library does with bytes, and what hashing the same bytes once costs. */
export function run(): void {
  const text = csv();
  const { bytes: nvs } = buildNvsFromCsv(text, { size: 0x10000 });
  const dump = new Uint8Array(4 * MB).fill(0xff);
  dump.set(tableOfCsv(PARTITIONS), 0x8000);
  dump.set(buildOtadata({ seq: 1, state: 2 }), 0xe000);
  dump.set(app('1.0.0'), 0x10000);
  dump.set(app('1.0.0-b'), 0x200000);
  if (nvs?.length !== 0x10000) throw new Error('the settings do not fit');
  dump.set(nvs, 0x3f0000);
  const { partitions } = inspectFlash(dump);
  const sound = partitions.filter(({ image }) => image?.state === 'ok').length;
  if (sound !== 2 || !equalBytes(native(dump), sha256(dump)))
    throw new Error('the dump is damaged');
  const rows = [
    measure('4 MB dump: inspect, both apps verified', dump.length, () => inspectFlash(dump)),
    measure('  SHA-256 of it, this library', dump.length, () => sha256(dump)),
    measure('  SHA-256 of it, node:crypto', dump.length, () => native(dump)),
    measure('64 KB NVS: build from CSV', nvs.length, () =>
      buildNvsFromCsv(text, { size: 0x10000 }),
    ),
    measure('  SHA-256 of it, this library', nvs.length, () => sha256(nvs)),
    measure('  SHA-256 of it, node:crypto', nvs.length, () => native(nvs)),
  ];
  const columns = [
    { title: 'what', cell: (row: Row) => row.what },
    { title: 'ms', cell: (row: Row) => (row.seconds * 1000).toFixed(2), right: true },
    { title: 'MB/s', cell: (row: Row) => (row.bytes / MB / row.seconds).toFixed(0), right: true },
  ];
  console.log(formatTable(columns, rows).join('\n'));
}
