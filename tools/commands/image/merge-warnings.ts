import { chipName, findChip } from '../../formats/chips.ts';
import { FormatError } from '../../formats/errors.ts';
import { parseImage } from '../../formats/esp-image.ts';
import type { FlashPart } from '../../formats/flash-image/merge.ts';
import {
  PARTITION_TYPE,
  type Partition,
  parsePartitionTable,
} from '../../formats/partition-table.ts';
import { hexText } from '../support/text.ts';

export interface MergeWarning {
  code: string;
  severity: 'warning';
  message: string;
}

/** What would not boot, though it can be merged: a bootloader where the chip's ROM does not look, an app
 * beside the partitions of the table that is merged with it. */
export function mergeWarnings(parts: readonly FlashPart[]): MergeWarning[] {
  const table = parts.map(tableOf).find((rows) => rows !== undefined);
  return parts.flatMap((part) => [...warningsOf(part, table)]);
}

function* warningsOf(part: FlashPart, table: Partition[] | undefined): Generator<MergeWarning> {
  const image = attempt(() => parseImage(part.data));
  if (!image) return;
  const at = hexText(part.offset);
  const warning = (code: string, message: string): MergeWarning => ({
    code,
    severity: 'warning',
    message: `${part.name ?? at}: ${message}`,
  });
  if (image.bootloaderDesc) {
    const place = findChip(image.chipId)?.bootloaderOffset;
    if (place === undefined || place === part.offset) return;
    const chip = chipName(image.chipId);
    const message = `the ROM of an ${chip} looks for the bootloader at ${hexText(place)}, not at ${at}`;
    yield warning('bootloader-place', message);
  } else if (image.appDesc && table) {
    const home = table.find(
      ({ type, offset }) => type === PARTITION_TYPE.app && offset === part.offset,
    );
    if (!home) yield warning('app-place', `no app partition begins at ${at}`);
    else if (image.length > home.size) {
      yield warning('app-size', `the app has ${image.length} bytes, its partition ${home.size}`);
    }
  }
}

function tableOf({ data }: FlashPart): Partition[] | undefined {
  const magic = data[0] === 0xaa && data[1] === 0x50;
  return magic ? attempt(() => parsePartitionTable(data).partitions) : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return undefined;
  }
}
