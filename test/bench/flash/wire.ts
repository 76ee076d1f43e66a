import { Deflater } from '../../../tools/serial/flasher/deflater.ts';
import { connectBoard } from '../../../tools/serial/loader/connect.ts';
import { STUB_BLOCK } from '../../../tools/serial/loader/loader.ts';
import { jobOf } from '../../../tools/serial/loader/write-job.ts';
import { openPort } from '../../../tools/serial/ports/open.ts';
import { startBoard } from './board.ts';

const APP_OFFSET = 0x10000;

export interface WireFigure {
  baudRate: number;
  /** Time that the bytes both ways need at that rate, over the time it took. */
  efficiency: number;
  /** Seconds from the announcement to the answer with the MD5. */
  seconds: number;
  wireBytes: number;
}

/** Writes and verifies an image once, compressed beforehand. */
export async function wireFigure(image: Uint8Array, baudRate: number): Promise<WireFigure> {
  const deflater = new Deflater();
  const sent = await deflater.get(image, STUB_BLOCK);
  await deflater.close();
  const { url, stop } = await startBoard();
  const link = await openPort(url);
  const board = await connectBoard(link, { baudRate });
  const { channel } = board.loader;
  const before = channel.wireBytes;
  const start = performance.now();
  const job = jobOf(APP_OFFSET, image.length, sent, { blockSize: STUB_BLOCK, deflated: true });
  await board.writeJob(job);
  await board.mustMatch(APP_OFFSET, image);
  const seconds = (performance.now() - start) / 1000;
  const wireBytes = channel.wireBytes - before;
  board.release();
  await link.close();
  await stop();
  return { baudRate, seconds, wireBytes, efficiency: (wireBytes * 10) / baudRate / seconds };
}
