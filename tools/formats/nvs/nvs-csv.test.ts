import { createHash, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { sha1 } from '../sha1.ts';
import { fixture, formatErrorOf, SEED } from '../testing/support.ts';
import { buildNvsFromCsv, parseNvsCsv } from './nvs-csv.ts';
import { wifiPmk } from './nvs-csv-wifi.ts';
import { parseNvs } from './nvs-parse.ts';

const HEADER = 'key,type,encoding,value\n';
const files: Record<string, Uint8Array> = {
  'raw.bin': Uint8Array.of(0, 1, 0xfe, 0xff),
  'hex.txt': utf8(' 0001fEff\n'),
  'base64.txt': utf8('AAH+\n/w==\n'),
  'text.txt': utf8('two\nlines'),
  'number.txt': utf8('-7\n'),
};
const readFile = (path: string): Uint8Array => {
  const bytes = files[path];
  if (!bytes) throw new Error('there is no such file');
  return bytes;
};
const parse = (body: string) => parseNvsCsv(`${HEADER}n,namespace,,\n${body}`, { readFile });
/** Type and value of the one row in `body`. */
const entryOf = (body: string) => {
  const { rows, problems } = parse(body);
  expect(problems).toEqual([]);
  return rows.at(-1)!.entry;
};
const raw = files['raw.bin'];

test('the CSV of the recorded partition gives its bytes', () => {
  const blob = parseNvs(fixture('nvs-sample.bin')).namespaces[0]!.entries[4]!.value as Uint8Array;
  const csv = `${HEADER}# provisioning
ota,namespace,,
fw_ver,data,string,1.2.3
boots,data,u32,7
neg,data,i8,-2
big,data,u64,18446744073709551615
blob1,file,binary,blob
`;
  const built = buildNvsFromCsv(csv, { size: 0x3000, readFile: () => blob });
  expect(built.problems).toEqual([]);
  expect(built.bytes).toEqual(fixture('nvs-sample.bin'));
});

describe('values', () => {
  test.each([
    ['k,data,u8,255', 'u8', 255],
    ['k,data,I8,-128', 'i8', -128],
    ['k,data,u32, +1_000 ', 'u32', 1000],
    ['k,data,i32,-0007', 'i32', -7],
    ['k,data,i64,-9223372036854775808', 'i64', -(2n ** 63n)],
    ['k,file,i16,number.txt', 'i16', -7],
    ['k,data,float,-1.5e-3', 'float', -1.5e-3],
    ['k,data,double,inf', 'double', Number.POSITIVE_INFINITY],
    ['k,data,string,', 'str', ''],
    ['k,data,string," a ""b"",\n c"', 'str', ' a "b",\n c'],
    ['k,data,string,Grüße "x"', 'str', 'Grüße "x"'],
    ['k,file,string,text.txt', 'str', 'two\nlines'],
    ['k,data,hex2bin, 0001fEff ', 'blob', raw],
    ['k,file,hex2bin,hex.txt', 'blob', raw],
    ['k,data,base64,AAH+/w==', 'blob', raw],
    ['k,file,base64,base64.txt', 'blob', raw],
    ['k,file,binary,raw.bin', 'blob', raw],
    ['k,data,binary,ab', 'blob', utf8('ab')],
    ['k,data,blob_fill(4;0xff),a', 'blob', Uint8Array.of(97, 255, 255, 255)],
    ['k,data,blob_sz_fill(2;0x00),a', 'blob', Uint8Array.of(1, 0, 0, 0, 97, 0)],
    ['k,data,blob_fill(2;0x1F),', 'blob', Uint8Array.of(31, 31)],
  ] as const)('%s', (line, type, value) => {
    expect(entryOf(line)).toEqual({ key: 'k', type, value });
  });

  test('columns in any order, CRLF, a byte order mark, blank lines, empty fields too many', () => {
    const csv = '\ufeffvalue,encoding,type,key\r\n\r\n# x\r\n,,namespace,n,,\r\n7,u8,data,k\r\n';
    const { rows, ok } = parseNvsCsv(csv);
    expect(ok).toBe(true);
    expect(rows).toEqual([
      { namespace: 'n', line: 4, column: 13 },
      { namespace: 'n', entry: { key: 'k', type: 'u8', value: 7 }, line: 5, column: 11 },
    ]);
  });

  test('a namespace that is opened again takes its keys, with a warning', () => {
    const { rows, problems, ok } = parse('a,data,u8,1\nm,namespace,,\nn,namespace,,\nb,data,u8,2');
    expect(ok).toBe(true);
    expect(problems).toMatchObject([{ code: 'namespace-again', line: 5, severity: 'warning' }]);
    expect(rows.at(-1)).toMatchObject({ namespace: 'n', entry: { key: 'b' } });
  });
});

describe('everything wrong is told, with line and column', () => {
  test.each([
    ['k,data,u8,256', 'ESP_ERR_INVALID_ARG@3:11'],
    ['k,data,u8,0x10', 'value-number@3:11'],
    ['k,data,u8,', 'value-number@3:11'],
    ['k,data,u64,99999999999999999999999999999999999999999999999', 'value-number@3:12'],
    ['k,data,double,1.2.3', 'value-number@3:15'],
    ['k,data,hex2bin,abc', 'value-hex@3:16'],
    ['k,data,hex2bin,zz', 'value-hex@3:16'],
    ['k,data,base64,A?==', 'value-base64@3:15'],
    ['k,data,base64,AAA', 'value-base64@3:15'],
    ['k,file,string,raw.bin', 'value-text@3:15'],
    ['k,data,string,a\0b', 'value-text@3:15'],
    ['k,data,blob_fill(1;0x00),ab', 'value-fill@3:26'],
    ['k,data,blob_fill(99999999;0x00),', 'fill-too-long@3:8'],
    ['k,file,string,none.txt', 'file@3:15'],
    ['k,data,String,x', 'encoding-unknown@3:8'],
    ['k,data,u24,1', 'encoding-unknown@3:8'],
    ['k,data', 'encoding-unknown@3:7'],
    ['k,flie,string,x', 'row-type@3:3'],
    ['k,data,string,a, b', 'too-many-fields@3:17'],
    ['k,data,string,"a" b', 'text-after-quote@3:18'],
    ['k,data,string,"a', 'quote-open@3:15'],
  ])('%j', (line, expected) => {
    const { problems, ok } = parse(line);
    expect(problems.map((p) => `${p.code}@${p.line}:${p.column}`)).toEqual([expected]);
    expect(ok).toBe(false);
  });

  test('all of them at once, in order', () => {
    const { problems, rows } = parse('k,data,u8,300\n"a\nb",data,u9,1\nc,data,u8,7\nd,x,,\n');
    expect(problems.map((p) => `${p.line}:${p.column}`)).toEqual(['3:11', '5:9', '7:3']);
    expect(rows.at(-1)).toMatchObject({ entry: { key: 'c', value: 7 }, line: 6, column: 1 });
  });

  test('no header, a key without a namespace, a comment inside of a value', () => {
    const codes = (csv: string) => parseNvsCsv(csv).problems.map((p) => `${p.code}@${p.line}`);
    expect(codes('')).toEqual(['header@1']);
    expect(codes('\nn,namespace,,\n')).toEqual(['header@2']);
    expect(codes('key,type,encoding,value,key\n')).toEqual(['header@1']);
    expect(codes(`${HEADER}k,data,u8,1\n`)).toEqual(['no-namespace@2']);
    expect(codes(`${HEADER}n,namespace,,\nk,data,string,"a\n#b\nc"\n`)).toEqual([
      'comment-in-value@4',
    ]);
  });

  test('what only the whole shows: keys twice, names too long, a partition too small', () => {
    const blob = 'ff'.repeat(3000);
    const csv = `${HEADER}n,namespace,,
a,data,u8,1
a,data,u8,2
a_name_too_long_for_nvs,data,u8,1
b,data,hex2bin,${blob}
c,data,hex2bin,${blob}
d,data,hex2bin,${blob}
e,data,u8,x
`;
    const { bytes, problems, sizeNeeded } = buildNvsFromCsv(csv, { size: 0x3000 });
    expect(bytes).toBeUndefined();
    expect(problems.map((p) => `${p.code}@${p.line}:${p.column}`)).toEqual([
      'duplicate-key@4:1',
      'ESP_ERR_NVS_KEY_TOO_LONG@5:1',
      'nvs-full@8:1',
      'value-number@9:11',
    ]);
    expect(problems[2]!.hint).toBe('all rows need 0x4000 bytes');
    expect(sizeNeeded).toBe(0x4000);
    const namespace = `${HEADER}a_namespace_too_long,namespace,,\nk,data,u8,1\nl,data,u8,1\n`;
    const named = buildNvsFromCsv(namespace, { size: 0x3000 }).problems;
    expect(named.map((p) => `${p.code}@${p.line}`)).toEqual(['ESP_ERR_NVS_KEY_TOO_LONG@2']);
    expect(formatErrorOf(() => buildNvsFromCsv(HEADER, { size: 5000 })).code).toBe('nvs-size');
  });

  test('any text is read or complained about', () => {
    const piece = fc.constantFrom(
      'n,namespace,,',
      'k,data,u8,',
      '"',
      '\n',
      ',',
      '#',
      '\r\n',
      'x',
      '7',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { bytes, problems } = buildNvsFromCsv(HEADER + pieces.join(''), { size: 0x3000 });
        const errors = problems.filter(({ severity }) => severity === 'error');
        expect(bytes === undefined).toBe(errors.length > 0);
        if (bytes) expect(parseNvs(bytes).problems).toEqual([]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('the keys of the Wi-Fi driver', () => {
  const keysOf = (body: string) => parse(body).rows.flatMap(({ entry }) => entry?.key ?? []);

  test('come with what the generator adds', () => {
    const station = 'sta.ssid,data,string,net\nsta.pswd,data,string,secret12\n';
    expect(keysOf(station)).toEqual(['sta.ssid', 'sta.apinfo', 'sta.pmk', 'sta.apsw', 'sta.pswd']);
    const ap = 'ap.ssid,data,string,AP\nap.passwd,data,string,secret12\nap.authmode,data,u8,';
    expect(keysOf(`${ap}0`)).toEqual(['ap.ssid', 'ap.passwd', 'ap.authmode']);
    expect(keysOf(`${ap}3`)).toEqual(['ap.ssid', 'ap.passwd', 'ap.pmk_info', 'ap.authmode']);
    const pmk = parse(`${ap}3`).rows.find(({ entry }) => entry?.key === 'ap.pmk_info')!.entry!;
    const expected = Buffer.concat([
      Buffer.alloc(100),
      pbkdf2Sync('secret12', 'AP', 4096, 32, 'sha1'),
    ]);
    expect(Buffer.from(pmk.value as Uint8Array)).toEqual(expected);
  });

  test('SHA-1 and the master key agree with node:crypto', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);
      expect(Buffer.from(sha1(data))).toEqual(createHash('sha1').update(data).digest());
    }
    const long = 'a passphrase that is longer than a block of the hash, by a good measure';
    expect(Buffer.from(wifiPmk(long, 'Netz ü'))).toEqual(
      pbkdf2Sync(long, 'Netz ü', 4096, 32, 'sha1'),
    );
  });
});
