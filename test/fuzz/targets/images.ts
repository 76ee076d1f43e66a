import { buildAppDesc, parseAppDesc } from '../../../tools/formats/app-desc.ts';
import {
  buildBootloaderDesc,
  parseBootloaderDesc,
} from '../../../tools/formats/bootloader-desc.ts';
import { concatBytes, utf8 } from '../../../tools/formats/bytes.ts';
import { buildImage, imageLength, parseImage } from '../../../tools/formats/esp-image.ts';
import { checksumOffset, xorInto } from '../../../tools/formats/esp-image-parse.ts';
import { patchImage } from '../../../tools/formats/esp-image-patch.ts';
import { verifyImage } from '../../../tools/formats/esp-image-verify.ts';
import { unwrapGuest, wrapGuest } from '../../../tools/formats/guest-payload.ts';
import { buildImageTag, findImageTag, identifyImage } from '../../../tools/formats/image-tag.ts';
import {
  parseSignatureBlock,
  parseSignatureSector,
} from '../../../tools/formats/secure-boot/index.ts';
import { findSignature } from '../../../tools/formats/secure-boot/place.ts';
import { sha256 } from '../../../tools/formats/sha256.ts';
import { fixture } from '../../../tools/formats/testing/support.ts';
import type { FuzzTarget } from '../target.ts';

const appDesc = buildAppDesc({ projectName: 'door', version: '1.0.0', idfVersion: 'v5.4' });
const tag = buildImageTag('pir', '1.2.3');
const appData = concatBytes([appDesc, tag, new Uint8Array(320 - appDesc.length - tag.length)]);
const app = buildImage({
  chipId: 0,
  entryAddress: 0x40081000,
  segments: [
    { loadAddress: 0x3f400020, data: appData },
    { loadAddress: 0x40080000, data: new Uint8Array(64).fill(7) },
  ],
});
const bootloader = buildImage({
  chipId: 5,
  entryAddress: 0x403cc710,
  segments: [
    {
      loadAddress: 0x3fcd5820,
      data: concatBytes([buildBootloaderDesc({ version: 1, idfVersion: 'v5.4' }), appData]),
    },
    { loadAddress: 0x403cc710, data: new Uint8Array(32) },
  ],
});
const guest = wrapGuest(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), { version: '2.0' });
const images = [app, bootloader, guest];
const magics = [Uint8Array.of(0xe9), Uint8Array.of(0x32, 0x54, 0xcd, 0xab), tag];

/** Makes checksum and hash fit again where the segments can still be followed. */
function resealImage(bytes: Uint8Array): void {
  if (bytes.length < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 24;
  let sum = 0xef;
  for (let i = 0; i < bytes[1]!; i++) {
    if (at + 8 > bytes.length) return;
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) return;
    sum = xorInto(sum, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const checksum = checksumOffset(at);
  if (checksum >= bytes.length) return;
  bytes[checksum] = sum;
  const end = checksum + 1;
  if (bytes[23] === 1 && end + 32 <= bytes.length) bytes.set(sha256(bytes.subarray(0, end)), end);
}

const sectors = ['sample-signed-rsa.bin', 'sample-signed-ec.bin'].map((name) =>
  fixture(name).slice(-4096),
);

export const IMAGE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'image',
    seeds: images,
    tokens: magics,
    reseal: resealImage,
    run: (bytes) => [parseImage(bytes), imageLength(bytes)],
  },
  {
    name: 'image-verify',
    seeds: images,
    tokens: magics,
    reseal: resealImage,
    run: (bytes) => {
      const whole = verifyImage(bytes, { wholeFile: true });
      verifyImage(bytes, { kind: 'bootloader' });
      return whole.image && identifyImage(whole.image);
    },
  },
  {
    name: 'image-patch',
    seeds: images,
    tokens: magics,
    reseal: resealImage,
    run: (bytes) => patchImage(bytes, { spiMode: 'DIO', flashSizeMB: 8, dropSignature: true }),
  },
  { name: 'app-desc', seeds: [appDesc], tokens: magics, run: parseAppDesc },
  {
    name: 'bootloader-desc',
    seeds: [buildBootloaderDesc({ version: 1, idfVersion: 'v5.4', dateTime: 'today' })],
    run: parseBootloaderDesc,
  },
  {
    name: 'secure-boot',
    seeds: sectors,
    tokens: [Uint8Array.of(0xe7, 2, 0, 0), Uint8Array.of(0xe7, 3), Uint8Array.of(0xe7, 3, 1)],
    run: (bytes) => {
      findSignature(bytes, 0);
      const slots = parseSignatureSector(bytes);
      for (const { error } of slots) if (error) throw error;
      return parseSignatureBlock(bytes);
    },
  },
  {
    name: 'image-tag',
    seeds: [concatBytes([new Uint8Array(50), tag, utf8('@(#)MESHSWARM_IMAGE role='), tag])],
    tokens: [tag, utf8('@(#)MESHSWARM_IMAGE role='), utf8(' version='), Uint8Array.of(0)],
    run: findImageTag,
  },
  {
    name: 'guest-payload',
    seeds: [guest, app],
    tokens: [utf8('ota-bench guest\0')],
    reseal: resealImage,
    run: (bytes) => unwrapGuest(parseImage(bytes)),
  },
];
