import type { SerialLink } from '../link.ts';
import { changeBaudRate, ROM_BAUD } from './baud.ts';
import { Board } from './board.ts';
import { revisionOf } from './describe.ts';
import { detectChip } from './detect.ts';
import { attachFlash } from './flash-chip.ts';
import { Loader } from './loader.ts';
import { startStub } from './stub.ts';
import { enterLoader, type SyncOptions } from './sync.ts';

export interface ConnectOptions extends SyncOptions {
  /** Bits a second once connected; default 460800. */
  baudRate?: number;
  /** Default true. Without the stub a chip is slow, and reads 64 bytes at a time. */
  stub?: boolean;
  /** Told in passing: what was tried and did not work. */
  warn?: (text: string) => void;
}

/**
 * Brings the board on a link into download mode and makes it ready for work: chip detected, rate
 * changed, stub running, flash attached. The rate is changed before the stub is loaded, which takes most
 * of the time otherwise; where the ROM cannot do that, after it; where neither works, not at all.
 * @throws SerialError
 */
export async function connectBoard(link: SerialLink, options: ConnectOptions = {}): Promise<Board> {
  const loader = new Loader(link);
  try {
    return await ready(loader, options);
  } catch (error) {
    loader.channel.release();
    throw error;
  }
}

async function ready(loader: Loader, options: ConnectOptions): Promise<Board> {
  const { baudRate = 460_800, stub = true, warn = () => {} } = options;
  let revision = await enterAndDetect(loader, options);
  if (loader.isStub || loader.secureDownload) {
    if (loader.isStub && baudRate !== loader.link.baudRate) await changeBaudRate(loader, baudRate);
    return finish(loader, revision);
  }
  const { link } = loader;
  const wanted = link.kind === 'socket' ? link.baudRate : baudRate;
  if (
    wanted !== link.baudRate &&
    (await romKeepsTime(loader)) &&
    !(await changeBaudRate(loader, wanted))
  ) {
    warn(`the ROM does not answer at ${wanted} baud; the stub is tried`);
    revision = await startOver(loader, options);
  }
  if (stub && !(await startStub(loader, revision))) {
    warn(
      `there is no flasher stub for ${loader.chip.CHIP_NAME}: its ROM does the work, more slowly`,
    );
  }
  if (wanted !== link.baudRate && !(await changeBaudRate(loader, wanted))) {
    warn(`the board does not answer at ${wanted} baud: ${ROM_BAUD} is used`);
    revision = await startOver(loader, options);
    if (stub) await startStub(loader, revision);
  }
  return finish(loader, revision);
}

async function enterAndDetect(loader: Loader, options: SyncOptions): Promise<number | undefined> {
  loader.isStub = await enterLoader(loader, options);
  await detectChip(loader);
  const revision = await revisionOf(loader);
  const { chip } = loader;
  if (!loader.isStub && !loader.secureDownload && chip.postConnect) {
    const reader = loader.asRomReader();
    await chip.postConnect(reader);
    loader.ramBlock = reader.ESP_RAM_BLOCK;
  }
  return revision;
}

async function startOver(loader: Loader, options: SyncOptions): Promise<number | undefined> {
  loader.isStub = false;
  await loader.link.setBaudRate(ROM_BAUD);
  return enterAndDetect(loader, options);
}

/** An ESP32's ROM reckons with a crystal of 40 MHz, so it misses other rates on one of 26 MHz. */
async function romKeepsTime(loader: Loader): Promise<boolean> {
  const { chip } = loader;
  if (chip.CHIP_NAME !== 'ESP32' && chip.CHIP_NAME !== 'ESP32-C2') return true;
  return (await chip.getCrystalFreq(loader.asRomReader())) === 40;
}

async function finish(loader: Loader, revision: number | undefined): Promise<Board> {
  return new Board(loader, { revision, flash: await attachFlash(loader) });
}
