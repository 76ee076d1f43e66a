import { hex } from '../../../tools/formats/bytes.ts';
import { md5 } from '../../../tools/formats/md5.ts';
import { boot } from '../../board/bootloader.ts';
import type { ChipModel } from '../../board/chip-model.ts';
import type { NorFlash } from '../../board/nor-flash.ts';

/** MD5 of the image that the bootloader starts from that flash, which it may write to; undefined when it starts none. */
export function bootedFrom(flash: NorFlash, chip: ChipModel): string | undefined {
  const result = boot({ flash, chip, print: () => {} });
  return result.kind === 'app' ? hex(md5(result.app.imageBytes)) : undefined;
}
