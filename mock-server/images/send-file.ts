import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { BLOCK_SIZE } from './block-cache.ts';

/** Bytes [start, end] of an image, as cached blocks. */
export type ReadBlock = (start: number, end: number) => Promise<Uint8Array>;

/** Blocks that leave in one write, while there is room: fewer and larger writes double the rate. */
const BATCH = 8;
/** Bytes handed over and not taken yet, in this process, up to which batches are used. */
const BATCH_BUDGET = 64 * 1024 * 1024;
let handedOver = 0;

/**
 * Writes bytes [start, end] to `to` block by block. Blocks are shared with every other download of
 * the same bytes, and a thousand stalled clients hold one block each beside the batches that
 * BATCH_BUDGET allows. Stops quietly where `to` is closed.
 */
export async function sendBlocks(
  read: ReadBlock,
  start: number,
  end: number,
  to: Writable,
): Promise<void> {
  let position = start;
  while (position <= end) {
    const count = handedOver < BATCH_BUDGET ? BATCH : 1;
    const batch: Uint8Array[] = [];
    let length = 0;
    while (position <= end && batch.length < count) {
      const next = Math.min(end, position - (position % BLOCK_SIZE) + BLOCK_SIZE - 1);
      batch.push(await read(position, next));
      length += next + 1 - position;
      position = next + 1;
    }
    if (to.destroyed) return;
    handedOver += length;
    try {
      if (!writeTogether(to, batch) && !(await drained(to))) return;
    } finally {
      handedOver -= length;
    }
  }
}

/** As `write`: whether `to` takes more at once. */
function writeTogether(to: Writable, batch: readonly Uint8Array[]): boolean {
  let free = true;
  to.cork();
  for (const block of batch) free = to.write(block);
  to.uncork();
  return free && !to.writableNeedDrain;
}

/**
 * The same from the file itself, by one buffer that is filled again once it was taken: for files too
 * large to keep. Rejects where the file is shorter.
 */
export async function sendFile(
  openFile: () => Promise<FileHandle>,
  start: number,
  end: number,
  to: Writable,
): Promise<void> {
  const handle = await openFile();
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(BLOCK_SIZE, end - start + 1));
    let position = start;
    while (position <= end) {
      const length = Math.min(buffer.length, end + 1 - position);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead === 0) throw new Error(`The file ends at ${position}, not at ${end + 1}.`);
      if (to.destroyed || !(await taken(to, buffer.subarray(0, bytesRead)))) return;
      position += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** Resolves true once `to` takes more, false once it is closed. */
function drained(to: Writable): Promise<boolean> {
  if (to.destroyed || to.closed) return Promise.resolve(false);
  return settled(to, (resolve) => {
    const onDrain = () => resolve(true);
    to.once('drain', onDrain);
    return () => to.off('drain', onDrain);
  });
}

/** Resolves true once the chunk has left for the system, false once `to` is closed. */
function taken(to: Writable, chunk: Uint8Array): Promise<boolean> {
  return settled(to, (resolve) => {
    to.write(chunk, (error) => resolve(!error));
    return () => {};
  });
}

function settled(
  to: Writable,
  wait: (resolve: (open: boolean) => void) => () => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (open: boolean) => {
      to.off('close', onClose);
      forget();
      resolve(open);
    };
    const onClose = () => end(false);
    to.once('close', onClose);
    const forget = wait(end);
  });
}
