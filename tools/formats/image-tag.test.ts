import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAppDesc } from './app-desc.ts';
import { utf8 } from './bytes.ts';
import { buildImage, parseImage } from './esp-image.ts';
import { ARDUINO_PROJECT, buildImageTag, findImageTag, identifyImage } from './image-tag.ts';
import { formatErrorOf, SEED, survives } from './testing/support.ts';

const tagText = '@(#)MESHSWARM_IMAGE role=pir version=1.1.0\0';

function image(projectName: string, payload: string): Uint8Array {
  const text = utf8(payload);
  const data = new Uint8Array(256 + Math.ceil(text.length / 4) * 4);
  data.set(buildAppDesc({ projectName, version: '9.9.9' }));
  data.set(text, 256);
  return buildImage({
    chipId: 0x8000,
    entryAddress: 0,
    segments: [{ loadAddress: 0x3f400020, data }],
  });
}

test('the tag is found anywhere, and built to the letter', () => {
  expect(findImageTag(utf8(`@@@(#)${tagText}`))).toEqual({
    role: 'pir',
    version: '1.1.0',
    offset: 6,
  });
  expect(buildImageTag('pir', '1.1.0')).toEqual(utf8(tagText));
});

test('bare prefixes and bad bodies are passed over', () => {
  const bad = [
    '@(#)MESHSWARM_IMAGE role=',
    '@(#)MESHSWARM_IMAGE role=PIR version=1\0',
    '@(#)MESHSWARM_IMAGE role=a_b version=1\0',
    '@(#)MESHSWARM_IMAGE role= version=1\0',
    `@(#)MESHSWARM_IMAGE role=${'x'.repeat(31)} version=1\0`,
    '@(#)MESHSWARM_IMAGE role=pir version=\0',
    '@(#)MESHSWARM_IMAGE role=pir version=1 2\0',
    `@(#)MESHSWARM_IMAGE role=pir version=${'1'.repeat(32)}\0`,
    '@(#)MESHSWARM_IMAGE role=pir version=1',
  ];
  for (const text of bad) expect(findImageTag(utf8(text)), text).toBeUndefined();
  expect(findImageTag(utf8(bad.join('') + tagText))).toMatchObject({
    role: 'pir',
    version: '1.1.0',
  });
});

test('every tag that can be built is found again', () => {
  const role = fc.stringMatching(/^[a-z0-9]{1,30}$/);
  const version = fc.stringMatching(/^[!-~]{1,31}$/);
  fc.assert(
    fc.property(fc.uint8Array(), role, version, (noise, r, v) => {
      const bytes = Uint8Array.from([...noise, ...buildImageTag(r, v)]);
      expect(findImageTag(bytes)).toEqual({ role: r, version: v, offset: noise.length });
    }),
    { seed: SEED },
  );
  for (const [r, v] of [
    ['a b', '1'],
    ['', '1'],
    ['a', ''],
    ['a', '1\0'],
    ['a\n', '1'],
  ] as const) {
    expect(formatErrorOf(() => buildImageTag(r, v)).code).toBe('image-tag');
  }
});

test('a tag names the image; the app descriptor does where it is the project’s own', () => {
  expect(identifyImage(image(ARDUINO_PROJECT, tagText))).toEqual({
    role: 'pir',
    project: 'pir',
    version: '1.1.0',
    source: 'meshswarm',
  });
  expect(identifyImage(parseImage(image('mesh_pir', tagText)))).toMatchObject({
    role: 'pir',
    project: 'mesh_pir',
    version: '1.1.0',
  });
  expect(identifyImage(image('blink', 'no tag'))).toEqual({
    project: 'blink',
    version: '9.9.9',
    source: 'app-desc',
  });
  expect(identifyImage(image(ARDUINO_PROJECT, 'no tag'))).toBeUndefined();
});

test('survives damaged bytes', () => {
  survives(utf8(tagText), findImageTag);
  survives(image('blink', tagText), identifyImage);
});
