import { parentPort } from 'node:worker_threads';
import { type Deflated, deflateFor } from '../loader/write-job.ts';

/** One span to deflate; answers come in the order of the requests. */
export interface DeflateRequest {
  id: number;
  data: Uint8Array;
  blockSize: number;
}

export type DeflateReply = { id: number } & (Deflated | { error: string });

parentPort?.on('message', async ({ id, data, blockSize }: DeflateRequest) => {
  const reply = await deflateFor(data, blockSize).catch((error) => ({ error: String(error) }));
  parentPort?.postMessage({ id, ...reply });
});
