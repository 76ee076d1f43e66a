import type { AppDesc } from '../app-desc.ts';
import { hex } from '../bytes.ts';
import { chipName } from '../chips.ts';
import {
  type EspImage,
  type ImageProblem,
  type ImageVerdict,
  type VerifyImageOptions,
  verifyImage,
} from '../esp-image.ts';
import { type ImageIdentity, identifyImage } from '../image-tag.ts';
import { md5 } from '../md5.ts';
import { sha256 } from '../sha256.ts';

/** What an app partition, or the place of the bootloader, holds. Byte strings are hexadecimal. */
export interface SlotImage {
  /** `ok`: the bootloader would load it. */
  state: 'ok' | 'broken' | 'empty';
  /** Everything wrong with it; offsets from its start. */
  problems: ImageProblem[];
  /** Bytes up to the last one that is not erased. */
  used: number;
  /** Of a broken image whose tail is erased flash: where the writing ended. */
  writtenTo?: number;
  /** Bytes the image takes by its own header. */
  length?: number;
  chip?: string;
  chipId?: number;
  /** Role, project and version, by the image's tag or app descriptor. */
  identity?: ImageIdentity;
  app?: Pick<AppDesc, 'projectName' | 'version' | 'date' | 'time' | 'idfVersion' | 'secureVersion'>;
  checksumOk?: boolean;
  hash?: 'ok' | 'wrong' | 'none';
  /** Of a sound image as a file, as servers (SHA-256) and painlessMesh (MD5) know it. */
  sha256?: string;
  md5?: string;
}

/** Judges the bytes of a whole partition. Never throws for bad bytes. */
export function describeSlotImage(bytes: Uint8Array, options: VerifyImageOptions): SlotImage {
  const used = usedBytes(bytes);
  if (used === 0) return { state: 'empty', problems: [], used };
  const verdict = verifyImage(bytes, options);
  const { ok, image } = verdict;
  const described: SlotImage = {
    state: ok ? 'ok' : 'broken',
    problems: verdict.problems,
    used,
    ...(image && describeImage(image)),
  };
  if (ok) return { ...described, ...digests(bytes.subarray(0, image!.length)) };
  const writtenTo = writingEnd(verdict, used, bytes.length);
  return writtenTo === undefined ? described : { ...described, writtenTo };
}

function digests(file: Uint8Array): Pick<SlotImage, 'sha256' | 'md5'> {
  return { sha256: hex(sha256(file)), md5: hex(md5(file)) };
}

function describeImage(image: EspImage): Partial<SlotImage> {
  const { appDesc, hash } = image;
  return {
    length: image.length,
    chip: chipName(image.chipId),
    chipId: image.chipId,
    identity: identifyImage(image),
    ...(appDesc && {
      app: {
        projectName: appDesc.projectName,
        version: appDesc.version,
        date: appDesc.date,
        time: appDesc.time,
        idfVersion: appDesc.idfVersion,
        secureVersion: appDesc.secureVersion,
      },
    }),
    checksumOk: image.checksum.ok,
    hash: hash.appended ? (hash.ok ? 'ok' : 'wrong') : 'none',
  };
}

/** An image that stops in the middle of erased flash was not written to its end. Without a structure
 * to follow the length is not known, but erased flash behind the data says the same. */
function writingEnd({ image }: ImageVerdict, used: number, size: number): number | undefined {
  if (image) return used < image.length ? used : undefined;
  return used < size ? used : undefined;
}

/** Bytes up to the last one that is not 0xFF. */
export function usedBytes(bytes: Uint8Array): number {
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === 0xff) used--;
  return used;
}
