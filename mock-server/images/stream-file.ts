import type { FileHandle } from 'node:fs/promises';

const CHUNK_SIZE = 64 * 1024;

/**
 * Bytes [start, end] of a file as they are asked for. The file is opened at the first pull, so an
 * unread body opens nothing, and closed at the end, on an error and on cancellation.
 */
export function streamFile(
  openFile: () => Promise<FileHandle>,
  start: number,
  end: number,
): ReadableStream<Uint8Array> {
  let handle: FileHandle | undefined;
  let position = start;

  async function close(): Promise<void> {
    const open = handle;
    handle = undefined;
    await open?.close();
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          handle ??= await openFile();
          const bytes = new Uint8Array(Math.min(CHUNK_SIZE, end + 1 - position));
          const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
          if (bytesRead === 0) throw new Error(`The file ends at ${position}, not at ${end + 1}.`);
          position += bytesRead;
          controller.enqueue(bytes.subarray(0, bytesRead));
          if (position <= end) return;
          await close();
          controller.close();
        } catch (error) {
          await close();
          throw error;
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
