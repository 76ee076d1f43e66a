import { describe, expect, test } from 'vitest';
import { buildAppDesc } from '../../formats/app-desc.ts';
import { buildBootloaderDesc } from '../../formats/bootloader-desc.ts';
import { buildImage } from '../../formats/esp-image.ts';
import { buildImageTag } from '../../formats/image-tag.ts';
import { fixture, survives } from '../../formats/testing/support.ts';
import { Page } from '../support/page.ts';
import { describeImage, type ImageReport } from './report.ts';
import { writeImagePage } from './report-page.ts';

const plain = { color: false };
function formatImageReport(report: ImageReport, { color }: { color: boolean }): string {
  const page = new Page(color);
  writeImagePage(page, report);
  return page.toString();
}
const sample = fixture('sample.bin');

function tagged(projectName = 'mesh_pir'): Uint8Array {
  const data = new Uint8Array(512);
  data.set(buildAppDesc({ projectName, version: '1.1.0' }));
  data.set(buildImageTag('pir', '1.1.0'), 256);
  return buildImage({
    chipId: 0x8000,
    entryAddress: 0,
    segments: [{ loadAddress: 0x3f400020, data }],
  });
}

test('the sample image, field by field', () => {
  expect(formatImageReport(describeImage('sample.bin', sample), plain)).toBe(
    `sample.bin
  file size   9344 bytes
  image size  9344 bytes
  is          sample_app 2.1.0

Header
  magic                 0xe9
  segments              2
  chip                  ESP32 (0x0000)
  chip revision         v0.0 to v3.99
  legacy min. revision  0
  entry point           0x40081000
  flash mode            DIO (2)
  flash size            4 MB (2)
  flash frequency       40 MHz (0x0)
  WP pin                disabled (0xee)
  pin drive             0x00 0x00 0x00
  reserved              00000000
  hash appended         yes (1)

Segments
  0  0x3f400020  drom     256 bytes at 0x20
  1  0x400d0020  irom     9000 bytes at 0x128

App descriptor
  project               sample_app
  version               2.1.0
  compiled              Nov 21 2026 12:00:00
  ESP-IDF               v6.0
  secure version        3
  ELF SHA-256           1111111111111111111111111111111111111111111111111111111111111111
  eFuse block revision  v0.0 to v1.99
  MMU page              2^16 bytes
  SPI flash mode        0

Integrity
  checksum  0x23 ok
  SHA-256   SHA_OF_SAMPLE ok
`
      .replace('SHA_OF_SAMPLE', Buffer.from(sample.subarray(-32)).toString('hex'))
      .replace('0x23', `0x${sample.at(-33)!.toString(16).padStart(2, '0')}`),
  );
});

test('a simulator image with its tag', () => {
  const report = describeImage('x', tagged());
  expect(report).toMatchObject({
    valid: true,
    header: { chip: 'ESP32 (simulator)', simulator: true, flashFrequencyMHz: [80] },
    tag: { role: 'pir', version: '1.1.0', offset: 288 },
    identity: { role: 'pir', project: 'mesh_pir', source: 'meshswarm' },
  });
  const text = formatImageReport(report, plain);
  expect(text).toContain('chip                  ESP32 (simulator) (0x8000)');
  expect(text).toContain('is          mesh_pir 1.1.0, role pir');
  expect(text).toMatch(/MESHSWARM_IMAGE\n {2}role {5}pir\n {2}version {2}1\.1\.0\n {2}at {7}0x120/);
});

test('a bootloader image, and one without a hash', () => {
  const data = buildBootloaderDesc({ version: 3, idfVersion: 'v6.0', dateTime: 'Nov 21 2026' });
  const bytes = buildImage({
    chipId: 5,
    entryAddress: 0,
    hashAppended: false,
    segments: [{ loadAddress: 0x3fcd0000, data }],
  });
  const report = describeImage('boot.bin', bytes);
  expect(report).toMatchObject({
    valid: true,
    bootloaderDesc: { version: 3 },
    hash: { appended: false },
  });
  expect(formatImageReport(report, plain)).toMatch(
    /Bootloader descriptor\n {2}version +3[\s\S]*SHA-256 {3}none appended/,
  );
});

describe('damage', () => {
  test('checksum and hash are shown with what they should be', () => {
    const damaged = sample.with(5000, sample[5000]! ^ 1);
    const report = describeImage('x', damaged);
    expect(report.valid).toBe(false);
    expect(report.problems.map((p) => p.code)).toEqual(['checksum', 'hash']);
    const text = formatImageReport(report, plain);
    expect(text).toMatch(
      /checksum {2}0x\w\w WRONG\n {2}SHA-256 {3}\w{64} WRONG\n {2}computed {2}\w{64}\n/,
    );
    expect(text).toMatch(/problem: the appended SHA-256 does not match the image \(at 0x2460\)\n$/);
  });

  test('of a cut image the header is shown, and why no more', () => {
    const report = describeImage('x', sample.subarray(0, 4000));
    expect(report).toMatchObject({
      valid: false,
      header: { chip: 'ESP32' },
      problems: [{ code: 'image-truncated' }],
    });
    expect(report.segments).toBeUndefined();
    expect(formatImageReport(report, plain)).toContain('hint: the file is cut short');
  });

  test('what is no image is said to be none', () => {
    const report = describeImage('x', new TextEncoder().encode('hello'));
    expect(report).toMatchObject({ valid: false, problems: [{ code: 'image-magic' }] });
    expect(report.header).toBeUndefined();
  });

  test('any bytes give a report and its text', () => {
    survives(tagged(), (bytes) => formatImageReport(describeImage('x', bytes), plain), 300);
  });
});

test('text in an image cannot steer the terminal', () => {
  const text = formatImageReport(
    describeImage('a\u001b[2Jb', tagged('evil\u001b]0;x\u0007')),
    plain,
  );
  expect(text).not.toContain('\u001b');
  expect(text).toContain('evil\\u{1b}]0;x\\u{7}');
});

test('colour only where it is asked for', () => {
  const report = describeImage('x', sample);
  expect(formatImageReport(report, { color: true })).toContain('\u001b[32mok\u001b[39m');
  expect(formatImageReport(report, plain)).not.toContain('\u001b');
});

test('the report is JSON, byte strings in hexadecimal', () => {
  const back = JSON.parse(JSON.stringify(describeImage('x', sample)));
  expect(back.hash.stored).toBe(Buffer.from(sample.subarray(-32)).toString('hex'));
  expect(back.appDesc.appElfSha256).toBe('11'.repeat(32));
  expect(back.segments).toHaveLength(2);
  expect(JSON.stringify(back)).not.toContain('"0":');
});
