import { Partitions } from '../../simulator/board/partitions.ts';
import type { VirtualBoard } from '../../simulator/guest/virtual-board.ts';
import {
  applyOtadataWrites,
  OTADATA_SIZE,
  parseOtadata,
  setBootSlot,
} from '../../tools/formats/otadata.ts';

/** Writes an image into app slot 1, as an update does, or as a programmer clip on the flash chip would. */
export function writeSlot1(board: VirtualBoard, image: Uint8Array): void {
  const partitions = Partitions.read(board.flash) as Partitions;
  const slot = partitions.region(partitions.slot(1)!);
  slot.erase(0, Math.ceil(image.length / 4096) * 4096);
  slot.write(0, image);
}

/** Writes an image into app slot 1 and selects it for the next boot. */
export function install(board: VirtualBoard, image: Uint8Array): void {
  writeSlot1(board, image);
  const partitions = Partitions.read(board.flash) as Partitions;
  const otadata = partitions.region(partitions.otadata!);
  const entries = parseOtadata(otadata.read(0, OTADATA_SIZE));
  applyOtadataWrites(otadata, setBootSlot({ entries, appCount: 2, slot: 1, rollback: true }));
}
