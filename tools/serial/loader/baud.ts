import { OP } from '../../formats/serial-loader.ts';
import { sleep } from '../protocol/channel.ts';
import { words } from '../protocol/packet.ts';
import { isSerialError } from '../trouble.ts';
import type { Loader } from './loader.ts';

/** The rate at which every ROM listens after a reset. */
export const ROM_BAUD = 115_200;

const MAGIC_REGISTER = 0x40001000;
const SETTLE_MS = 20;
const PROBE_MS = 300;

/**
 * Changes the rate on both sides. The answer still comes at the old one.
 * @returns false where the chip does not answer at the new rate; it must be reset then
 */
export async function changeBaudRate(loader: Loader, baudRate: number): Promise<boolean> {
  const { link, channel } = loader;
  await loader.command(OP.CHANGE_BAUDRATE, [words(baudRate, loader.isStub ? link.baudRate : 0)]);
  await link.setBaudRate(baudRate);
  await sleep(SETTLE_MS);
  for (let i = 0; i < 2; i++) {
    channel.flush();
    try {
      await loader.readReg(MAGIC_REGISTER, PROBE_MS);
      return true;
    } catch (error) {
      if (!isSerialError(error, 'no-reply', 'noise', 'refused', 'not-supported')) throw error;
    }
  }
  return false;
}
