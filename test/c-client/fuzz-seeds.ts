const HASH = '0123456789abcdef'.repeat(4);
const OFFER = JSON.stringify({
  update_available: true,
  firmware_id: 5,
  version: '2.0.0-rc.1+7',
  build_number: 3,
  file_size: 300_000,
  file_hash: HASH,
  download_url: 'https://ota.example/api/ota/download/5?expires=1900000000&sig=ab',
  min_current_version: null,
  description: 'ускоряет "весы" 😀',
  log_id: 9,
});
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

function imageHead(): string {
  const head = Buffer.alloc(288);
  head.set([0xe9, 3, 2, 0x20]);
  head.writeUInt32LE(4096, 28);
  head.writeUInt32LE(0xabcd5432, 32);
  head.write('v1.2.0-3-gabcdef1', 48);
  head.write('scales', 80);
  return head.toString('latin1');
}

/** Where libFuzzer starts from: well-formed input of each parser, as bytes in latin1. */
export const FUZZ_SEEDS: Record<string, string[]> = {
  json_fuzz: [
    utf8(OFFER),
    '{"a":-1.5e+3,"b":[{"c":[]},true,false,null],"d":"\\u00e9\\ud83d\\ude00\\n\\"\\\\"}',
  ],
  answer_fuzz: [
    `\0${utf8(OFFER)}`,
    '\0{"update_available":false,"reason":"up to date"}',
    '\0<html>',
    '\x03{}',
  ],
  headers_fuzz: [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '120',
    'bytes 4096-299999/300000',
    'bytes 0-1/*',
    '"etag"',
    HASH,
  ],
  url_fuzz: [
    'https://cdn.example/a/b?c=d#e',
    '//cdn.example/x',
    '/login?to=%2F',
    'next?hop=2',
    '?x',
    'http://[::1]:80/',
  ],
  version_fuzz: [
    'v1.2.3-rc.1+45\x001.2',
    '1.2.3-3-gabcdef1-dirty\x001.2.3',
    '10.0.0-alpha.beta.11\x0010.0.0-alpha.1',
  ],
  image_fuzz: [imageHead()],
  jwt_fuzz: ['h.eyJzdWIiOiI3IiwiaWF0IjoxMDAwLCJleHAiOjIwMDB9.s'],
};
