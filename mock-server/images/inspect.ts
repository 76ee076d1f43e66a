import { chipName, findChip } from '../../tools/formats/chips.ts';
import { type EspImage, verifyImage } from '../../tools/formats/esp-image.ts';
import { type ImageIdentity, identifyImage } from '../../tools/formats/image-tag.ts';

/** No app partition is larger, so nothing longer is read into memory to be checked. */
export const LARGEST_IMAGE = 32 * 1024 * 1024;

/** What the uploader says of a file. */
export interface ImageClaim {
  version: string;
  /** The role that the image must be made for, where it says one. */
  nodeType?: string;
  /** What the image should call its project or role; another name only looks odd. */
  deviceType?: string;
  /** painlessMesh's hardware string; default `ESP32`, any chip of the family. */
  hardware?: string;
}

/** What the file says of itself. */
export interface ImageFacts {
  chip: string;
  role: string | null;
  project: string | null;
  version: string | null;
  idf_version: string | null;
  min_chip_rev: number;
  max_chip_rev: number;
  /** Compared with the chip's eFuses; `null` without a descriptor. */
  secure_version: number | null;
  /** What the header says, in megabytes; `null` where it names no size. */
  flash_size_mb: number | null;
}

/** Of `spiSize`: 2^7 MB. */
const LARGEST_FLASH = 7;

export interface Inspection {
  /** Why the file must not be offered to these nodes; empty for a good one. */
  problems: string[];
  /** What looks odd and harms nothing. */
  warnings: string[];
  /** `null` where the bytes cannot be read as an image at all. */
  image: ImageFacts | null;
}

/** Checks a whole file as the boards' bootloader would, and against what is claimed of it. */
export function inspectImage(bytes: Uint8Array, claim: ImageClaim): Inspection {
  const verdict = verifyImage(bytes, { wholeFile: true });
  const problems = verdict.problems.map((p) =>
    p.offset === undefined ? p.message : `${p.message} (at byte ${p.offset})`,
  );
  const { image } = verdict;
  if (!image) return { problems, warnings: [], image: null };
  if (!image.hash.appended) {
    problems.push(
      'the image carries no SHA-256, so a damaged copy could boot; build it with the digest appended',
    );
  }
  const identity = identifyImage(image);
  const chip = chipProblem(image, claim.hardware ?? 'ESP32');
  if (chip) problems.push(chip);
  const { role } = identity ?? {};
  if (claim.nodeType !== undefined && role !== undefined && role !== claim.nodeType) {
    problems.push(`the image is made for role ${role}, not for ${claim.nodeType}`);
  }
  const warnings = identity ? oddities(identity, claim) : [];
  if (claim.nodeType !== undefined && role === undefined) {
    warnings.push(
      `the image does not say its role, so it is taken for ${claim.nodeType} unchecked`,
    );
  }
  const facts: ImageFacts = {
    chip: chipName(image.chipId),
    role: identity?.role ?? null,
    project: identity?.project ?? null,
    version: identity?.version ?? null,
    idf_version: image.appDesc?.idfVersion ?? null,
    min_chip_rev: image.minChipRevFull,
    max_chip_rev: image.maxChipRevFull,
    secure_version: image.appDesc?.secureVersion ?? null,
    flash_size_mb: image.spiSize <= LARGEST_FLASH ? 2 ** image.spiSize : null,
  };
  return { problems, warnings, image: facts };
}

function oddities(identity: ImageIdentity, claim: ImageClaim): string[] {
  const found: string[] = [];
  // A build number stands behind a plus: it is claimed beside the version.
  const [own, build] = identity.version.split('+', 2);
  const isBuild = own === claim.version && /^\d+$/.test(build ?? '');
  if (identity.version !== claim.version && !isBuild) {
    found.push(`the image calls itself version ${identity.version}, not ${claim.version}`);
  }
  const { deviceType } = claim;
  if (deviceType !== undefined && ![identity.role, identity.project].includes(deviceType)) {
    found.push(`the image calls itself ${identity.project}, not ${deviceType}`);
  }
  return found;
}

/**
 * painlessMesh compiles the hardware string in: every ESP32 variant says `ESP32`
 * (PAINLESSMESH.md §7.2). A more exact string must be the chip's own name.
 */
function chipProblem(image: EspImage, hardware: string): string | undefined {
  const chip = findChip(image.chipId);
  if (!chip) return `the image is for ${chipName(image.chipId)}, a chip that is not known`;
  if (hardware === 'ESP32' || hardware === chip.name) return undefined;
  return `the image is for ${chip.name}, which does not run on hardware ${hardware}`;
}
