import { closeCompilers } from '../../tools/firmware/index.ts';
import { coreSize, coreSpeed } from './client/core.ts';
import { onBoard } from './client/on-board.ts';

/** `npm run bench client [-- MEGABYTES]`: the C client's size, memory and speed; nothing of it has a goal but being known. */
export async function run(args: readonly string[]): Promise<void> {
  const megabytes = Number(args[0] ?? 64);
  if (!Number.isInteger(megabytes) || megabytes < 1)
    throw new Error('bench client: give whole megabytes, such as 64');
  const size = coreSize();
  console.log('core of the C client');
  console.log(
    size
      ? `  text ${size.text} bytes, data ${size.data} bytes (RISC-V, -Os)`
      : '  text and data: not measured, for want of clang and llvm-size (npm run doctor)',
  );
  const speed = await coreSpeed(megabytes);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  console.log(`  one structure of ${speed.core} bytes, and a buffer of 4096; no heap`);
  console.log(
    `  streams ${mb(speed.stream)} MB/s where SHA-256 alone does ${mb(speed.sha256)} MB/s: ` +
      `${((100 * speed.stream) / speed.sha256).toFixed(0)} %`,
  );
  const board = await onBoard();
  console.log('on a virtual board, during an update');
  console.log(`  image ${board.image} bytes, module ${board.wasm}`);
  console.log(`  stack: ${board.stackUsed} of ${board.stackGiven} bytes used at most`);
  console.log(`  heap: ${board.heap} bytes at most, with HTTP and TCP`);
  closeCompilers();
}
