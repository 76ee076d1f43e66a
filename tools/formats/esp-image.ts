/** ESP app and bootloader images (ESP_FORMATS §3, §4): everything about them from one door. */

export { type BuildImageOptions, buildImage, rebuildImage } from './esp-image-build.ts';
export {
  type EspImageHeader,
  IMAGE_HEADER_SIZE,
  IMAGE_MAGIC,
  IMAGE_MAX_SEGMENTS,
  parseImageHeader,
  SPI_MODES,
  type SpiMode,
} from './esp-image-header.ts';
export { type EspImage, type EspImageSegment, imageLength, parseImage } from './esp-image-parse.ts';
export { type PatchImageOptions, patchImage } from './esp-image-patch.ts';
export {
  type ImageProblem,
  type ImageVerdict,
  type VerifyImageOptions,
  verifyImage,
} from './esp-image-verify.ts';
