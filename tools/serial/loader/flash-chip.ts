import { OP } from '../../formats/serial-loader.ts';
import { words } from '../protocol/packet.ts';
import { SerialError } from '../trouble.ts';
import type { Loader } from './loader.ts';

/** The SPI flash chip beside the ESP chip. */
export interface FlashChip {
  /** JEDEC id: manufacturer in the low byte, then type, then capacity. */
  id: number;
  manufacturer: number;
  device: number;
  /** Undefined where the capacity byte is none that is known. */
  sizeBytes?: number;
}

/** User-defined SPI command, and the register bits for one with an answer. */
const SPI_CMD_USR = 1 << 18;
const USR_COMMAND_AND_ANSWER = 0x90000000;
const COMMAND_OF_8_BITS = 0x70000000;
const READ_ID = 0x9f;
const ID_BITS = 24;

const MB = 1024 * 1024;

/** Capacity byte → bytes: 2^n for most, and codes of some makers for large chips. */
function sizeOf(capacity: number): number | undefined {
  if (capacity >= 0x12 && capacity <= 0x1c) return 2 ** capacity;
  if (capacity >= 0x32 && capacity <= 0x39) return 2 ** (capacity - 0x20);
  return { 32: 64 * MB, 33: 128 * MB, 34: 256 * MB, 58: 64 * MB }[capacity];
}

/** Connects the ROM to its flash (the stub has done so), and tells both how large it is. */
export async function attachFlash(loader: Loader): Promise<FlashChip | undefined> {
  if (!loader.isStub) await loader.command(OP.SPI_ATTACH, [words(0, 0)]);
  if (loader.secureDownload) return undefined;
  const flash = await readFlashChip(loader);
  if (flash.sizeBytes !== undefined) {
    const geometry = words(0, flash.sizeBytes, 0x10000, 0x1000, 0x100, 0xffff);
    await loader.command(OP.SPI_SET_PARAMS, [geometry]);
  }
  return flash;
}

/** @throws SerialError `flash-missing` where no flash chip answers */
export async function readFlashChip(loader: Loader): Promise<FlashChip> {
  const id = await readJedecId(loader);
  if (id === 0 || id === 0xffffff) {
    throw new SerialError('flash-missing', 'the flash chip of the board does not answer', {
      hint: 'look at its supply and wires, and at what else hangs on its pins',
    });
  }
  const capacity = id >>> 16;
  return {
    id,
    manufacturer: id & 0xff,
    device: ((id >>> 8) & 0xff) * 256 + capacity,
    sizeBytes: sizeOf(capacity),
  };
}

async function readJedecId(loader: Loader): Promise<number> {
  const { chip } = loader;
  const at = (offset: number) => chip.SPI_REG_BASE + offset;
  const before = await loader.readReg(at(chip.SPI_USR_OFFS));
  const before2 = await loader.readReg(at(chip.SPI_USR2_OFFS));
  await loader.writeReg(at(chip.SPI_MISO_DLEN_OFFS), ID_BITS - 1);
  await loader.writeReg(at(chip.SPI_USR_OFFS), USR_COMMAND_AND_ANSWER);
  await loader.writeReg(at(chip.SPI_USR2_OFFS), COMMAND_OF_8_BITS | READ_ID);
  await loader.writeReg(at(chip.SPI_W0_OFFS), 0);
  await loader.writeReg(at(0), SPI_CMD_USR);
  for (let i = 0; (await loader.readReg(at(0))) & SPI_CMD_USR; i++) {
    if (i === 10) throw new SerialError('flash-missing', 'a command to the flash chip never ends');
  }
  const id = await loader.readReg(at(chip.SPI_W0_OFFS));
  await loader.writeReg(at(chip.SPI_USR_OFFS), before);
  await loader.writeReg(at(chip.SPI_USR2_OFFS), before2);
  return id & 0xffffff;
}
