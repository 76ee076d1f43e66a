import { blockChecksum, OP } from '../../formats/serial-loader.ts';
import { sleep } from '../protocol/channel.ts';
import { blockHeader, encodeRequest, RefusedError, words } from '../protocol/packet.ts';
import { isSerialError, NOISE_HINT, SerialError } from '../trouble.ts';
import { ERASE_MS_PER_MB, romParts } from './flash-erase.ts';
import { type Progress, perMegabyte } from './flash-read.ts';
import type { Loader } from './loader.ts';
import { explainSilence } from './silence.ts';

/** A span of flash to write, cut into what goes over the wire. */
export interface WriteJob {
  /** A multiple of 4096: the sectors it touches are erased whole. */
  offset: number;
  /** Bytes that will stand in flash. */
  length: number;
  /** What is sent, deflated where `deflated` says so. */
  data: Uint8Array;
  deflated: boolean;
  /** For each block sent, how many bytes stand in flash once it is written. */
  flashEnds: readonly number[];
  /** Size of the blocks by which `flashEnds` counts. */
  blockSize: number;
}

export interface WriteReport {
  /** Times that the span was begun anew. */
  restarts: number;
  /** Blocks sent again as they had arrived damaged. */
  resent: number;
}

const REGION_TRIES = 3;
const BLOCK_TRIES = 3;
const BLOCK_MS = 5000;
const PAUSE_MS = 150;
const LOSS_HINT = 'the line may lose bytes: try a lower --baud, a shorter cable, another port';

/**
 * Writes one span. The stub acknowledges a block before it writes it, and takes in the next meanwhile,
 * into the only other buffer it has: so a block is sent as soon as the one before is acknowledged, no
 * earlier, and it is encoded while that is under way. A block that arrived damaged is sent again. Where
 * an acknowledgement is lost nobody knows whether the chip has used the block, and to give it to the
 * decompressor twice would spoil the stream: then the whole span begins anew.
 * @throws SerialError `no-reply`, `noise`, `refused`, `unplugged`, `board-reset`
 */
export async function writeSpan(
  loader: Loader,
  job: WriteJob,
  progress: Progress = () => {},
): Promise<WriteReport> {
  const report: WriteReport = { restarts: 0, resent: 0 };
  for (;;) {
    try {
      await begin(loader, job);
      await sendBlocks(loader, job, progress, report);
      if (loader.isStub) await end(loader, job);
      return report;
    } catch (error) {
      const again = isSerialError(error, 'no-reply', 'noise') || isInflateTrouble(error);
      if (!again) throw explainDamage(loader, error);
      if (report.restarts > 0) {
        const explained = await explainSilence(loader, error);
        if (explained !== error) throw explained;
        if (report.restarts === REGION_TRIES - 1) throw explainLoss(error);
      }
      report.restarts++;
      await sleep(PAUSE_MS);
      await loader.channel.settle(50, 1000);
    }
  }
}

/** A block that arrived damaged each time it was sent. */
function explainDamage({ link }: Loader, error: unknown): unknown {
  if (!(error instanceof RefusedError && error.isChecksum)) return error;
  const what = `${link.name}: a block of flash arrived damaged ${BLOCK_TRIES} times`;
  return new SerialError('noise', what, { hint: NOISE_HINT, cause: error });
}

/** Something was lost in each try, while the board is there. */
export function explainLoss(error: unknown): unknown {
  if (!isSerialError(error) || error.hint !== undefined) return error;
  const what = `${error.message}, ${REGION_TRIES} times`;
  return new SerialError(error.code, what, { hint: LOSS_HINT, cause: error });
}

/** After a lost block the stub's decompressor has ended or starved: it must begin anew as well. */
function isInflateTrouble(error: unknown): boolean {
  return error instanceof RefusedError && [0x0b, 0xc6, 0xc7, 0xc8, 0xc9].includes(error.status);
}

async function begin(loader: Loader, job: WriteJob): Promise<void> {
  const { blockSize, deflated, offset } = job;
  const blocks = Math.ceil(job.data.length / blockSize);
  const whole = Math.ceil(job.length / blockSize) * blockSize;
  const announced = words(loader.isStub ? job.length : whole, blocks, blockSize, offset);
  const op = deflated ? OP.FLASH_DEFL_BEGIN : OP.FLASH_BEGIN;
  // The ROM erases at once, the stub as it goes.
  const timeoutMs = loader.isStub ? undefined : perMegabyte(ERASE_MS_PER_MB, job.length);
  await loader.command(op, romParts(loader, announced), { timeoutMs });
}

async function sendBlocks(
  loader: Loader,
  job: WriteJob,
  progress: Progress,
  report: WriteReport,
): Promise<void> {
  const op = job.deflated ? OP.FLASH_DEFL_DATA : OP.FLASH_DATA;
  const blocks = job.flashEnds.length;
  let frame = blockFrame(job, op, 0);
  let before = 0;
  let timeoutMs = BLOCK_MS;
  for (let i = 0; i < blocks; i++) {
    const flashEnd = job.flashEnds[i]!;
    const writing = Math.max(BLOCK_MS, perMegabyte(ERASE_MS_PER_MB, flashEnd - before));
    // The stub answers once it has written the block before, the ROM once it has written this one.
    const next = await sendBlock(loader, op, {
      frame,
      timeoutMs: loader.isStub ? timeoutMs : writing,
      report,
      prepare: () => (i + 1 < blocks ? blockFrame(job, op, i + 1) : frame),
    });
    frame = next;
    timeoutMs = writing;
    before = flashEnd;
    progress(flashEnd, job.length);
  }
}

interface Sending {
  frame: Uint8Array;
  timeoutMs: number;
  report: WriteReport;
  /** Work to do while the block is under way. */
  prepare: () => Uint8Array;
}

/** Sends a block until it has arrived whole. @returns the next one's frame */
async function sendBlock(
  { channel }: Loader,
  op: number,
  { frame, timeoutMs, report, prepare }: Sending,
): Promise<Uint8Array> {
  let next: Uint8Array | undefined;
  for (let attempt = 1; ; attempt++) {
    channel.flush();
    const sent = channel.sendFrame(frame);
    next ??= prepare();
    await sent;
    try {
      await channel.result(op, { timeoutMs });
      return next;
    } catch (error) {
      const damaged = error instanceof RefusedError && error.isChecksum;
      if (!damaged || attempt === BLOCK_TRIES) throw error;
      report.resent++;
    }
  }
}

function blockFrame(job: WriteJob, op: number, index: number): Uint8Array {
  const { blockSize, data, deflated } = job;
  let block = data.subarray(index * blockSize, (index + 1) * blockSize);
  if (!deflated && block.length < blockSize) {
    const full = new Uint8Array(blockSize).fill(0xff);
    full.set(block);
    block = full;
  }
  return encodeRequest(op, [blockHeader(block.length, index), block], blockChecksum(block));
}

/** Ends the download, which tells what went wrong with the last block, and stays in the loader. */
async function end(loader: Loader, job: WriteJob): Promise<void> {
  const op = job.deflated ? OP.FLASH_DEFL_END : OP.FLASH_END;
  const last = job.length - (job.flashEnds.at(-2) ?? 0);
  await loader.command(op, [words(1)], {
    timeoutMs: Math.max(BLOCK_MS, perMegabyte(ERASE_MS_PER_MB, last)),
  });
}
