import type { Board } from '../loader/board.ts';
import { jobOf, plainFor } from '../loader/write-job.ts';
import { type Change, changesOf, isThere } from './changes.ts';
import type { Deflater } from './deflater.ts';
import type { EraseSpan, Region } from './regions.ts';

/** What is to stand in flash afterwards. */
export interface FlashRequest {
  regions: readonly Region[];
  /** Erased before anything is written. */
  erases?: readonly EraseSpan[];
  eraseAll?: boolean;
  /** Write only the sectors that differ. */
  diff?: boolean;
  /** Write also what is there already. */
  always?: boolean;
  /** Default true. */
  compress?: boolean;
  /** Look only: nothing is erased nor written. */
  dryRun?: boolean;
}

export interface FlashEvent {
  phase: 'erase' | 'check' | 'write' | 'verify';
  /** Which region, by its name. */
  name: string;
  /** Bytes of all regions, what is found in flash already included. */
  done: number;
  total: number;
}

export interface RegionReport {
  name: string;
  offset: number;
  length: number;
  action: 'written' | 'patched' | 'skipped';
  /** Bytes of flash that were written. */
  written: number;
  /** Bytes sent for them, before framing. */
  sent: number;
  restarts: number;
  resent: number;
}

export interface FlashReport {
  regions: RegionReport[];
  erased: { name: string; offset: number; length: number }[];
  /** False in secure download mode, which answers no questions about flash. */
  verified: boolean;
  /** Milliseconds of wall time. */
  ms: number;
}

/**
 * Brings a board's flash into the state asked for, and verifies each region by MD5.
 * @throws SerialError `verify` where flash does not hold what was written, and what a link throws
 */
export async function flashBoard(
  board: Board,
  request: FlashRequest,
  deflater: Deflater,
  tell: (event: FlashEvent) => void = () => {},
): Promise<FlashReport> {
  const started = performance.now();
  const total = request.regions.reduce((sum, { data }) => sum + data.length, 0);
  const erased = await erase(board, request, (name) =>
    tell({ phase: 'erase', name, done: 0, total }),
  );
  const reports: RegionReport[] = [];
  let done = 0;
  for (const region of request.regions) {
    const before = done;
    const at = (phase: FlashEvent['phase'], bytes: number) =>
      tell({ phase, name: region.name, done: before + bytes, total });
    reports.push(await flashRegion({ board, request, deflater, at }, region));
    done += region.data.length;
  }
  return { regions: reports, erased, verified: board.tellsFlash, ms: performance.now() - started };
}

interface Work {
  board: Board;
  request: FlashRequest;
  deflater: Deflater;
  at: (phase: FlashEvent['phase'], bytes: number) => void;
}

async function erase(
  board: Board,
  { eraseAll, erases = [], dryRun }: FlashRequest,
  tell: (name: string) => void,
): Promise<FlashReport['erased']> {
  if (eraseAll) {
    tell('all of flash');
    if (!dryRun) await board.eraseAll();
    return [{ name: 'all', offset: 0, length: board.flash?.sizeBytes ?? 0 }];
  }
  for (const { name, offset, length } of erases) {
    tell(name);
    if (!dryRun) await board.eraseRegion(offset, length);
  }
  return [...erases];
}

async function flashRegion(work: Work, region: Region): Promise<RegionReport> {
  const { board, request, at } = work;
  const { name, offset, data } = region;
  const report: RegionReport = {
    name,
    offset,
    length: data.length,
    action: 'written',
    written: 0,
    sent: 0,
    restarts: 0,
    resent: 0,
  };
  at('check', 0);
  const look = !request.always && !request.eraseAll && board.tellsFlash;
  if (look && (await isThere(board, region))) {
    at('check', data.length);
    return { ...report, action: 'skipped' };
  }
  const changes =
    look && request.diff
      ? await changesOf(board, region, (bytes) => at('check', bytes))
      : [{ offset, data }];
  const toWrite = changes.reduce((sum, change) => sum + change.data.length, 0);
  if (toWrite < data.length) report.action = 'patched';
  if (request.dryRun) return { ...report, written: toWrite };
  for (const change of changes) await writeChange(work, change, data.length - toWrite, report);
  at('verify', data.length);
  if (board.tellsFlash) await board.mustMatch(offset, data);
  return report;
}

/** @param base bytes of the region that need no writing */
async function writeChange(
  { board, request, deflater, at }: Work,
  { offset, data }: Change,
  base: number,
  report: RegionReport,
): Promise<void> {
  const { blockSize } = board.loader;
  const deflated = request.compress ?? true;
  const sent = deflated ? await deflater.get(data, blockSize) : plainFor(data, blockSize);
  const before = base + report.written;
  const job = jobOf(offset, data.length, sent, { blockSize, deflated });
  const { restarts, resent } = await board.writeJob(job, (done) => at('write', before + done));
  report.written += data.length;
  report.sent += sent.data.length;
  report.restarts += restarts;
  report.resent += resent;
}
