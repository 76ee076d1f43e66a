import { type AppDesc, parseAppDesc } from '../../formats/app-desc.ts';
import { parseImage } from '../../formats/esp-image.ts';

/** The app descriptor of an image. */
export function readAppDesc(image: Uint8Array): AppDesc {
  return parseAppDesc(parseImage(image).segments[0]!.data);
}
