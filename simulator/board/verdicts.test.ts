import { expect, it } from 'vitest';
import { buildAppDesc } from '../../tools/formats/app-desc.ts';
import { buildImage, verifyImage } from '../../tools/formats/esp-image.ts';
import { ESP32 } from './chip-model.ts';
import { verdictOn } from './verdicts.ts';

const data = new Uint8Array(600);
data.set(buildAppDesc({ version: '1.0.0' }));
const IMAGE = buildImage({
  chipId: ESP32.id,
  entryAddress: 0x40080000,
  segments: [{ loadAddress: 0x3f400020, data }],
});
const EXPECTED = { chipId: ESP32.id, chipRevision: ESP32.revision };

it('is what verifying says, once for the same bytes', () => {
  const verdict = verdictOn(IMAGE, EXPECTED);
  expect(verdict).toEqual(verifyImage(IMAGE, EXPECTED));
  expect(verdict.ok).toBe(true);
  expect(verdictOn(IMAGE.slice(), { ...EXPECTED })).toBe(verdict);
});

it('is another one for each bit that fell, also of the same buffer, and for another chip', () => {
  const sound = verdictOn(IMAGE, EXPECTED);
  const worn = IMAGE.slice();
  expect(verdictOn(worn, EXPECTED)).toBe(sound);
  for (const at of [40, 300, worn.length - 33, worn.length - 1]) {
    const before = worn[at]!;
    worn[at] = before ^ 1;
    expect(verdictOn(worn, EXPECTED).ok, String(at)).toBe(false);
    worn[at] = before;
    expect(verdictOn(worn, EXPECTED).ok).toBe(true);
  }
  expect(verdictOn(IMAGE, { ...EXPECTED, chipId: 5 }).ok).toBe(false);
});

it('is right for more images than it remembers', () => {
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 100; i++) {
      const image = IMAGE.slice();
      if (i > 0) image[100 + i] = image[100 + i]! ^ 0xff;
      expect(verdictOn(image, EXPECTED).ok).toBe(i === 0);
    }
  }
});
