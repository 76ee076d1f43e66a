import { describe, expect, it } from 'vitest';
import { SIMULATOR_CHIP_FLAG } from '../../tools/formats/chips.ts';
import { testImage } from '../test-support.ts';
import { inspectImage } from './inspect.ts';

const claim = { nodeType: 'pir', version: '1.1.0', hardware: 'ESP32' };
const ESP32_S3 = 9;
/** Magic, one segment, flash mode and size, entry, then the segment: an ESP8266's 8-byte header. */
const ESP8266 = Uint8Array.from([
  ...[0xe9, 1, 2, 0x40, 0x10, 0x10, 0x10, 0x40, 0, 0, 0x10, 0x40, 4, 0, 0, 0],
  ...new Uint8Array(48),
]);

describe('inspectImage', () => {
  it('finds nothing wrong with an image that is what is claimed', () => {
    expect(inspectImage(testImage(), claim)).toEqual({
      problems: [],
      warnings: [],
      image: {
        chip: 'ESP32 (simulator)',
        role: 'pir',
        project: 'pir',
        version: '1.1.0',
        idf_version: '',
        min_chip_rev: 0,
        max_chip_rev: 0xffff,
        secure_version: 0,
        flash_size_mb: 4,
      },
    });
  });

  it.each([0, ESP32_S3, SIMULATOR_CHIP_FLAG | ESP32_S3])(
    'takes chip %i for hardware ESP32: every variant says so',
    (chipId) => {
      expect(inspectImage(testImage({ chipId }), claim).problems).toEqual([]);
    },
  );

  it('holds a more exact hardware against the chip', () => {
    const image = testImage({ chipId: ESP32_S3 });
    expect(inspectImage(image, { ...claim, hardware: 'ESP32-S3' }).problems).toEqual([]);
    expect(inspectImage(image, { ...claim, hardware: 'ESP32-C3' }).problems).toEqual([
      'the image is for ESP32-S3, which does not run on hardware ESP32-C3',
    ]);
    expect(inspectImage(image, { ...claim, hardware: 'ESP8266' }).problems).toHaveLength(1);
  });

  it('refuses a chip that nobody knows', () => {
    const problems = inspectImage(testImage({ chipId: 0x77 }), claim).problems;
    expect(problems.join()).toContain('not known');
  });

  it('refuses an ESP8266 image by name', () => {
    for (const hardware of ['ESP32', 'ESP8266']) {
      const { problems, image } = inspectImage(ESP8266, { ...claim, hardware });
      expect(problems.join()).toContain('ESP8266');
      expect(image).toBeNull();
    }
  });

  it('refuses another role, and only warns of another version', () => {
    expect(inspectImage(testImage(), { ...claim, nodeType: 'led' }).problems).toEqual([
      'the image is made for role pir, not for led',
    ]);
    expect(inspectImage(testImage(), { ...claim, version: '1.2.0' })).toMatchObject({
      problems: [],
      warnings: ['the image calls itself version 1.1.0, not 1.2.0'],
    });
  });

  it('takes a build number behind a plus for the build that it is', () => {
    const built = (version: string) => inspectImage(testImage({ version }), claim).warnings;
    expect(built(`${claim.version}+7`)).toEqual([]);
    expect(built('1.2.0+7')).toEqual([expect.stringContaining('calls itself version 1.2.0+7')]);
    expect(built(`${claim.version}+dirty`)).toHaveLength(1);
  });

  it('says when an image names no role', () => {
    const { problems, warnings } = inspectImage(testImage({ role: '' }), claim);
    expect(problems).toEqual([]);
    expect(warnings).toEqual(['the image does not say its role, so it is taken for pir unchecked']);
  });

  it('refuses an image without a digest', () => {
    const { problems } = inspectImage(testImage({ hashAppended: false }), claim);
    expect(problems.join()).toContain('SHA-256');
  });

  it('of another project than the device type only looks odd', () => {
    const claimed = (deviceType: string) => ({ deviceType, version: '1.1.0' });
    const own = testImage({ role: '', project: 'scales' });
    expect(inspectImage(own, claimed('scales'))).toMatchObject({ problems: [], warnings: [] });
    expect(inspectImage(own, claimed('door'))).toMatchObject({
      problems: [],
      warnings: ['the image calls itself scales, not door'],
    });
    expect(inspectImage(testImage({ role: 'pir' }), claimed('pir')).warnings).toEqual([]);
  });
});
