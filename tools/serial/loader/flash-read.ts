import { createHash } from 'node:crypto';
import { OP } from '../../formats/serial-loader.ts';
import { encodeSlip } from '../../formats/slip.ts';
import { dataOf, words } from '../protocol/packet.ts';
import { SerialError } from '../trouble.ts';
import type { Loader } from './loader.ts';

/** Bytes done of all. */
export type Progress = (done: number, total: number) => void;

const BLOCK = 0x1000;
/** Bytes the stub may be ahead of our acknowledgements: enough that it never waits for one. */
const IN_FLIGHT = 0x4000;
const BLOCK_MS = 5000;
const SLOW_BLOCK = 64;
const MD5_MS_PER_MB = 8000;
const TRIES = 3;

/**
 * Bytes of flash, as the chip reads them, checked by MD5 on their way.
 * @throws SerialError `verify` where they arrive damaged three times, and as Channel.command
 */
export async function readFlash(
  loader: Loader,
  offset: number,
  length: number,
  progress: Progress = () => {},
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array(0);
  if (!loader.isStub) return readSlowly(loader, offset, length, progress);
  for (let attempt = 1; ; attempt++) {
    const bytes = await readOnce(loader, offset, length, progress);
    if (bytes) return bytes;
    if (attempt === TRIES) {
      throw new SerialError(
        'verify',
        `${loader.link.name}: what was read from flash arrived damaged`,
        {
          hint: 'try a lower --baud, or another cable',
        },
      );
    }
  }
}

/** Undefined where the bytes are not those that the stub sent. */
async function readOnce(
  loader: Loader,
  offset: number,
  length: number,
  progress: Progress,
): Promise<Uint8Array | undefined> {
  const { channel } = loader;
  await loader.command(OP.READ_FLASH, [words(offset, length, BLOCK, IN_FLIGHT)]);
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const frame = await channel.frame('the next block of flash', BLOCK_MS);
    if (frame.length !== Math.min(BLOCK, length - done)) {
      await channel.settle(200, 5000);
      return undefined;
    }
    bytes.set(frame, done);
    done += frame.length;
    await channel.sendFrame(encodeSlip(words(done)));
    progress(done, length);
  }
  const digest = await channel.frame('the digest of what was read', BLOCK_MS);
  return createHash('md5').update(bytes).digest().equals(digest) ? bytes : undefined;
}

/** The ROM reads 64 bytes at a time. */
async function readSlowly(
  loader: Loader,
  offset: number,
  length: number,
  progress: Progress,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const size = Math.min(SLOW_BLOCK, length - done);
    const { data } = await loader.command(OP.READ_FLASH_SLOW, [words(offset + done, size)], {
      replyLength: SLOW_BLOCK,
    });
    bytes.set(data.subarray(0, size), done);
    done += size;
    progress(done, length);
  }
  return bytes;
}

/** MD5 of a span of flash, computed by the chip; lower-case hexadecimal. */
export async function flashMd5(loader: Loader, offset: number, length: number): Promise<string> {
  const timeoutMs = perMegabyte(MD5_MS_PER_MB, length);
  await loader.channel.request(OP.SPI_FLASH_MD5, [words(offset, length, 0, 0)]);
  const reply = await loader.channel.reply(OP.SPI_FLASH_MD5, timeoutMs);
  // The ROM answers 32 digits as text, the stub 16 bytes.
  if (reply.body.length < 32) return Buffer.from(dataOf(reply, 16)).toString('hex');
  return Buffer.from(dataOf(reply, 32)).toString('latin1').toLowerCase();
}

/** A timeout that grows with the bytes at work, at least 3 s. */
export function perMegabyte(ms: number, bytes: number): number {
  return Math.max(3000, (ms * bytes) / 1e6);
}
