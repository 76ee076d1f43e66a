import { blockChecksum, OP } from '../../formats/serial-loader.ts';
import { blockHeader, RefusedError, words } from '../protocol/packet.ts';
import { NOISE_HINT, SerialError } from '../trouble.ts';
import { changeBaudRate, ROM_BAUD } from './baud.ts';
import { type Loader, STUB_BLOCK } from './loader.ts';

const END_MS = 500;
const GREETING_MS = 3000;
const GREETING = 'OHAI';
const BLOCK_TRIES = 4;

/**
 * Loads Espressif's flasher stub, which esptool-js carries, into the chip's RAM and starts it.
 * @returns false for a chip that has none
 * @throws SerialError `refused` where it does not start, and as Channel.command
 */
export async function startStub(loader: Loader, revision: number | undefined): Promise<boolean> {
  const { getStubJsonByChipName } = await import('esptool-js/lib/stubFlasher.js');
  const stub = await getStubJsonByChipName(loader.chip.CHIP_NAME, revision);
  if (!stub) return false;
  await loadRam(loader, stub.text_start, stub.decodedText);
  if (stub.decodedData.length > 0) await loadRam(loader, stub.data_start, stub.decodedData);
  await loader.command(OP.MEM_END, [words(0, stub.entry)], { timeoutMs: END_MS });
  const greeting = await loader.channel.frame('the greeting of the stub', GREETING_MS);
  if (Buffer.from(greeting).toString('latin1') !== GREETING) {
    throw new SerialError('refused', 'the flasher stub did not start on the chip', {
      hint: '--no-stub works without it, more slowly',
    });
  }
  loader.isStub = true;
  return true;
}

async function loadRam(loader: Loader, address: number, data: Uint8Array): Promise<void> {
  const { ramBlock } = loader;
  const blocks = Math.ceil(data.length / ramBlock);
  await loader.command(OP.MEM_BEGIN, [words(data.length, blocks, ramBlock, address)]);
  for (let i = 0; i < blocks; i++) {
    const block = data.subarray(i * ramBlock, (i + 1) * ramBlock);
    await sendBlock(loader, block, i);
  }
}

/** A block that arrived damaged was not used, and is sent again. @throws SerialError `noise` */
async function sendBlock(loader: Loader, block: Uint8Array, index: number): Promise<void> {
  const parts = [blockHeader(block.length, index), block];
  for (let tries = 1; ; tries++) {
    try {
      await loader.command(OP.MEM_DATA, parts, { checksum: blockChecksum(block) });
      return;
    } catch (error) {
      if (!(error instanceof RefusedError && error.isChecksum)) throw error;
      if (tries < BLOCK_TRIES) continue;
      const what = `${loader.link.name}: the flasher stub arrived damaged ${tries} times`;
      const hint = `${NOISE_HINT}, or --no-stub`;
      throw new SerialError('noise', what, { hint, cause: error });
    }
  }
}

/** Ends the stub: the chip is reset by software, and its boot mode being what it was, its ROM's loader
 * waits again, at its own rate. Nothing to do where the ROM works itself. */
export async function leaveStub(loader: Loader): Promise<void> {
  if (loader.isStub) {
    await loader.command(OP.FLASH_BEGIN, [words(0, 0, STUB_BLOCK, 0)]);
    await loader.command(OP.FLASH_END, [words(0)]);
    loader.isStub = false;
    await loader.link.setBaudRate(ROM_BAUD);
  } else if (loader.link.baudRate !== ROM_BAUD) await changeBaudRate(loader, ROM_BAUD);
}
