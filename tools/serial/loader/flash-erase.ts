import { OP } from '../../formats/serial-loader.ts';
import { words } from '../protocol/packet.ts';
import { SerialError } from '../trouble.ts';
import { perMegabyte } from './flash-read.ts';
import { type Loader, ROM_BLOCK } from './loader.ts';

export const SECTOR = 0x1000;
const CHIP_ERASE_MS = 240_000;
export const ERASE_MS_PER_MB = 40_000;

/** The whole flash chip. @param sizeBytes of the chip, which the ROM needs and the stub does not */
export async function eraseFlash(loader: Loader, sizeBytes: number | undefined): Promise<void> {
  if (loader.isStub) {
    await loader.command(OP.ERASE_FLASH, [], { timeoutMs: CHIP_ERASE_MS });
    return;
  }
  if (sizeBytes === undefined) {
    throw new SerialError(
      'not-supported',
      'the size of the flash is not known, so the ROM cannot erase it all',
    );
  }
  await eraseRegion(loader, 0, sizeBytes);
}

/** Whole sectors of flash. @throws SerialError `input` where offset or length are no multiple of 4096 */
export async function eraseRegion(loader: Loader, offset: number, length: number): Promise<void> {
  if (offset % SECTOR !== 0 || length % SECTOR !== 0) {
    throw new SerialError(
      'input',
      `flash is erased in sectors of 0x1000 bytes: 0x${offset.toString(16)} and 0x${length.toString(16)} are none`,
    );
  }
  if (length === 0) return;
  const timeoutMs = perMegabyte(ERASE_MS_PER_MB, length);
  if (loader.isStub) {
    await loader.command(OP.ERASE_REGION, [words(offset, length)], { timeoutMs });
  } else {
    // The ROM erases when a download is announced; none need follow.
    const announced = words(length, length / ROM_BLOCK, ROM_BLOCK, offset);
    await loader.command(OP.FLASH_BEGIN, romParts(loader, announced), { timeoutMs });
  }
}

/** ROMs later than the ESP32's want to know whether the data is encrypted. */
export function romParts({ isStub, chip }: Loader, announced: Uint8Array): Uint8Array[] {
  return isStub || chip.CHIP_NAME === 'ESP32' ? [announced] : [announced, words(0)];
}
