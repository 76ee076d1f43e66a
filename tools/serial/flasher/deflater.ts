import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { inflateSync } from 'node:zlib';
import { type Deflated, deflateFor, flashEndsOf } from '../loader/write-job.ts';
import type { DeflateCache } from './deflate-cache.ts';
import type { DeflateReply, DeflateRequest } from './deflate-worker.ts';

/** Less than this is done before a thread has started. */
const IN_PLACE_MAX = 0x10000;

interface Waiting {
  resolve: (deflated: Deflated) => void;
  reject: (error: Error) => void;
}

/**
 * Deflates in a thread of its own while the board is being reset and detected, and keeps the results
 * on disk: compressing at level 9 takes as long as sending at 2 Mbaud. Shared by all boards of a run,
 * which get the same image most of the time.
 */
export class Deflater {
  readonly #cache: DeflateCache | undefined;
  readonly #made = new Map<string, Promise<Deflated>>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #count = 0;

  constructor(cache?: DeflateCache) {
    this.#cache = cache;
  }

  /** Starts early; `get` then finds it under way. */
  prepare(data: Uint8Array, blockSize: number): void {
    this.get(data, blockSize).catch(() => {});
  }

  get(data: Uint8Array, blockSize: number): Promise<Deflated> {
    const key = `${createHash('sha256').update(data).digest('hex')}-${blockSize}`;
    let made = this.#made.get(key);
    if (!made) {
      made = this.#make(key, data, blockSize);
      this.#made.set(key, made);
    }
    return made;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#fail(new Error('the compressor was stopped'));
  }

  async #make(key: string, data: Uint8Array, blockSize: number): Promise<Deflated> {
    if (data.length < IN_PLACE_MAX) return deflateFor(data, blockSize);
    const kept = await this.#cache?.get(key);
    if (kept && isDeflated(kept, data)) {
      return { data: kept, flashEnds: await flashEndsOf(kept, blockSize, data.length) };
    }
    const deflated = await this.#inThread(data, blockSize);
    await this.#cache?.put(key, deflated.data);
    return deflated;
  }

  #inThread(data: Uint8Array, blockSize: number): Promise<Deflated> {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#thread().postMessage({ id, data, blockSize } satisfies DeflateRequest);
    });
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./deflate-worker.${extension}`, import.meta.url));
    worker.unref();
    worker.on('message', ({ id, ...reply }: DeflateReply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply);
    });
    worker.on('error', (error) => this.#fail(error as Error));
    this.#worker = worker;
    return worker;
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/** A file of the cache may have been cut short or changed. */
function isDeflated(kept: Uint8Array, data: Uint8Array): boolean {
  try {
    return inflateSync(kept, { maxOutputLength: data.length }).equals(data);
  } catch {
    return false;
  }
}
