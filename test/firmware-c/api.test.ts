// Every public function of the client on a virtual board, also where it must refuse.
import { afterAll, expect, test } from 'vitest';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { DirectBench } from '../direct/bench.ts';
import { clientFirmware } from '../direct/firmware.ts';
import { serial } from '../support/bench.ts';

afterAll(() => closeCompilers());

const EXPECTED = [
  'wifi up',
  'check_now before: OTA_ERR_STATE',
  'stop before: OTA_ERR_STATE',
  'start: OTA_OK',
  'start again: OTA_ERR_STATE',
  'one-shot beside it: OTA_ERR_STATE',
  'factory reset beside it: OTA_ERR_STATE',
  'checks at start: 1',
  'stop from a callback: OTA_ERR_STATE',
  'check_now: OTA_OK',
  'checks when asked: 2',
  'stop: OTA_OK',
  'stopped at once',
  'check_now after: OTA_ERR_STATE',
  'start anew: OTA_OK',
  'stop anew: OTA_OK',
  'round: OTA_ERR_NO_UPDATE',
  'check: OTA_ERR_NO_UPDATE',
  'round elsewhere: OTA_ERR_CONNECT',
  'no configuration: OTA_ERR_CONFIG',
  'wrong configuration: OTA_ERR_CONFIG',
  'no place for the answer: OTA_ERR_CONFIG',
  'no update to install: OTA_ERR_CONFIG',
  'status of no kind: OTA_ERR_CONFIG',
  'passing status elsewhere: OTA_ERR_CONNECT',
  'final status elsewhere: OTA_OK',
  'kept: something',
  'factory reset: OTA_OK',
  'kept after it: 0, settings: as before',
  'done',
];

test('what each public function answers', async () => {
  const { image } = await clientFirmware('1.0.0', {}, 'test/firmware-c/fixtures/api');
  const bench = await DirectBench.open({ image, releases: [image] });
  try {
    bench.powerOn();
    await bench.until(() => serial(bench.board).includes('done'), 10 * 60_000_000);
    const said = serial(bench.board).split('\n');
    expect(said.filter((line) => EXPECTED.includes(line))).toEqual(EXPECTED);
  } finally {
    await bench.close();
  }
}, 600_000);
