import { OP } from '../protocol/opcodes.ts';
import { blockHeader, checksumOf, words } from '../protocol/packet.ts';
import { SerialError } from '../trouble.ts';
import type { Loader } from './loader.ts';

const END_MS = 500;
const GREETING_MS = 3000;
const GREETING = 'OHAI';

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
    const parts = [blockHeader(block.length, i), block];
    await loader.command(OP.MEM_DATA, parts, { checksum: checksumOf(block) });
  }
}
