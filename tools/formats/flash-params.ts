import { chipName, findChip } from './chips.ts';
import { FormatError } from './errors.ts';
import { SPI_MODES, type SpiMode } from './esp-image-header.ts';

/** Header byte 2. @throws FormatError `flash-mode` */
export function spiModeCode(mode: SpiMode): number {
  const code = SPI_MODES.indexOf(mode);
  if (code >= 0) return code;
  throw new FormatError('flash-mode', `there is no flash mode ${JSON.stringify(mode)}`, {
    hint: `one of ${SPI_MODES.join(', ')}`,
  });
}

/** High nibble of header byte 3. @throws FormatError `flash-size` */
export function spiSizeCode(megabytes: number): number {
  const log2 = Math.log2(megabytes);
  if (Number.isInteger(log2) && log2 >= 0 && log2 <= 7) return log2;
  throw new FormatError(
    'flash-size',
    `a flash of ${megabytes} MB cannot be written into the header`,
    { hint: 'one of 1, 2, 4, 8, 16, 32, 64, 128' },
  );
}

/** Low nibble of header byte 3, which stands for other clocks on other chips (espressif/esptool
 * targets). @throws FormatError `flash-frequency` */
export function spiSpeedCode(chipId: number, megahertz: number): number {
  const known = findChip(chipId)?.flashFrequencies ?? {};
  const code = known[megahertz];
  if (code !== undefined) return code;
  const choice = Object.keys(known).join(', ');
  throw new FormatError(
    'flash-frequency',
    `${chipName(chipId)} has no header value for a flash clock of ${megahertz} MHz`,
    { hint: choice ? `one of ${choice}` : 'the clocks of this chip are not known' },
  );
}

/** The fastest clock the chip's header can name; the code 0 for a chip that is not known. */
export function fastestSpiSpeedCode(chipId: number): number {
  const known = Object.keys(findChip(chipId)?.flashFrequencies ?? {}).map(Number);
  return known.length === 0 ? 0 : spiSpeedCode(chipId, Math.max(...known));
}
