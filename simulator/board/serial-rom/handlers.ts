import { hex, utf8, viewOf } from '../../../tools/formats/bytes.ts';
import { Md5 } from '../../../tools/formats/md5.ts';
import { OP, ROM_ERROR, STUB_ERROR } from '../../../tools/formats/serial-loader.ts';
import { SECTOR_SIZE } from '../nor-flash.ts';
import { FlashReader } from './flash-reader.ts';
import { FlashWriter } from './flash-writer.ts';
import type { Request } from './packets.ts';
import type { Outcome, RomLoader } from './rom-loader.ts';

/** Largest block that the stub's buffers hold, bytes. */
const STUB_BLOCK = 0x4000;
/** Between two bursts of packets that no acknowledgement waits for: even a line without pace gives others their turn. */
const BURST_PAUSE_US = 1000;
/** More than any flash chip holds, bytes. */
const LARGEST_FLASH = 1 << 28;
/** READ_FLASH_SLOW answers so many bytes, whatever was asked for. */
const SLOW_READ = 64;
/** What the ROM answers in the value of a SYNC; anything but 0, by which the stub is known. */
const ROM_SYNC_VALUE = 0x20120707;

export interface Handler {
  run(loader: RomLoader, request: Request): Outcome;
  /** Allowed in Secure Download Mode. */
  secure?: true;
  /** Newer chips only. */
  newer?: true;
}

const ok = (): Outcome => ({});

function sync(loader: RomLoader): Outcome {
  if (!loader.stub && !loader.synced) {
    loader.synced = true;
    loader.host.measureBaud();
  }
  return { value: loader.stub ? 0 : ROM_SYNC_VALUE, times: 8 };
}

function readRegister(loader: RomLoader, request: Request): Outcome {
  return { value: loader.host.registers.read(request.word(0)) };
}

/** Any number of address, value, mask and delay (µs, after the write). */
function writeRegister(loader: RomLoader, request: Request): Outcome {
  if (request.data.length % 16) return refuse(loader, ROM_ERROR.badMessage, STUB_ERROR.badLength);
  let takes = 0;
  for (let i = 0; i < request.data.length / 4; i += 4) {
    loader.host.registers.write(request.word(i), request.word(i + 1), request.word(i + 2));
    takes += Math.min(request.word(i + 3), 1e6);
  }
  return { takes };
}

function memBegin(loader: RomLoader, request: Request): Outcome {
  loader.uploading = request.word(0);
  return ok();
}

function memData(loader: RomLoader, request: Request): Outcome {
  const length = request.data.length - 16;
  if (length !== request.word(0) || length > loader.uploading)
    return refuse(loader, ROM_ERROR.badMessage, STUB_ERROR.badLength);
  if (!loader.checks(request)) return refuse(loader, ROM_ERROR.checksum, STUB_ERROR.checksum);
  loader.uploading -= length;
  return ok();
}

function memEnd(loader: RomLoader, request: Request): Outcome {
  if (loader.uploading > 0) return refuse(loader, ROM_ERROR.failed, STUB_ERROR.notEnough);
  const entry = request.word(1);
  return entry && !loader.stub ? { afterReply: () => loader.startStub() } : ok();
}

function flashBegin(deflated: boolean) {
  return (loader: RomLoader, request: Request): Outcome => {
    const { stub, host } = loader;
    // ESP32's ROM knows no fifth word, newer ROMs and the stub take it.
    const words = request.data.length / 4;
    if (words !== 4 && !(words === 5 && (stub || host.newer)))
      return refuse(loader, ROM_ERROR.badMessage, STUB_ERROR.badLength);
    if (stub && request.word(2) > STUB_BLOCK) return { error: STUB_ERROR.badBlockSize };
    if (!loader.attached) return { error: ROM_ERROR.failed };
    const [size, offset] = [request.word(0), request.word(3)];
    loader.writer = new FlashWriter(host.flash, { offset, size, deflated, eraseAsItGoes: stub });
    return { takes: stub ? 0 : host.timed(() => host.flash.erase(offset, size)) };
  };
}

function flashData(loader: RomLoader, request: Request): Outcome {
  const { writer } = loader;
  if (!writer) return refuse(loader, ROM_ERROR.failed, STUB_ERROR.notFlashing);
  const block = request.data.subarray(16);
  if (block.length !== request.word(0))
    return refuse(loader, ROM_ERROR.badMessage, STUB_ERROR.badLength);
  if (!loader.checks(request)) return refuse(loader, ROM_ERROR.checksum, STUB_ERROR.checksum);
  if (loader.stub) {
    // Acknowledged first; what went wrong with this block is said at the next one, which is dealt with all the same.
    const afterReply = () => {
      if (!writer.error) loader.workOn(() => writer.write(block));
    };
    return { error: writer.error, afterReply };
  }
  const takes = loader.host.timed(() => writer.write(block));
  return { takes, error: writer.error ? ROM_ERROR.inflate : 0 };
}

function flashEnd(loader: RomLoader, request: Request): Outcome {
  const { writer, stub } = loader;
  if (stub) {
    if (!writer) return { error: STUB_ERROR.notFlashing };
    if (writer.remaining > 0) return { error: STUB_ERROR.notEnough };
    loader.writer = undefined;
    if (writer.error) return { error: writer.error };
    return request.word(0) === 0 ? leaving(loader, 'reset') : ok();
  }
  loader.writer = undefined;
  return leaving(loader, request.word(0) === 0 ? 'reset' : 'run');
}

function leaving(loader: RomLoader, how: 'reset' | 'run'): Outcome {
  return { afterReply: () => loader.host.whenSent(() => loader.host.leave(how)) };
}

function flashMd5(loader: RomLoader, request: Request): Outcome {
  const { host, stub } = loader;
  if (!loader.attached) return { error: ROM_ERROR.failed };
  const [offset, length] = [request.word(0), request.word(1)];
  if (length > LARGEST_FLASH) return refuse(loader, ROM_ERROR.failed, STUB_ERROR.spi);
  const md5 = new Md5();
  const takes = host.timed(() => {
    for (let done = 0; done < length; done += SECTOR_SIZE)
      md5.update(host.flash.read(offset + done, Math.min(SECTOR_SIZE, length - done)));
  });
  const sum = md5.digest();
  if (host.faults.wrongMd5) sum[0]! ^= 0xff;
  return { takes, data: stub ? sum : utf8(hex(sum)) };
}

/** 32-bit flags, encryption count, seven key purposes, chip id, API version. */
function securityInfo(loader: RomLoader): Outcome {
  const data = new Uint8Array(20);
  const view = viewOf(data);
  view.setUint32(0, loader.host.secureDownload ? 1 << 2 : 0, true);
  view.setUint32(12, loader.host.chipId, true);
  return { data };
}

function changeBaud(loader: RomLoader, request: Request): Outcome {
  const baud = request.word(0);
  if (baud < 300 || baud > 5_000_000) return refuse(loader, ROM_ERROR.failed, STUB_ERROR.badLength);
  // The reply still goes at the old rate.
  return { afterReply: () => loader.host.whenSent(() => loader.host.setBaud(baud)) };
}

function attach(loader: RomLoader): Outcome {
  loader.attached = true;
  return ok();
}

function readSlow(loader: RomLoader, request: Request): Outcome {
  if (!loader.attached) return { error: ROM_ERROR.failed };
  const data = new Uint8Array(SLOW_READ);
  const length = Math.min(request.word(1), SLOW_READ);
  const takes = loader.host.timed(() => {
    data.set(loader.host.flash.read(request.word(0), length));
  });
  return { takes, data };
}

function eraseFlash(loader: RomLoader): Outcome {
  const { flash } = loader.host;
  return { takes: loader.host.timed(() => flash.erase(0, flash.size)) };
}

function eraseRegion(loader: RomLoader, request: Request): Outcome {
  const [offset, length] = [request.word(0), request.word(1)];
  if (offset % SECTOR_SIZE || length % SECTOR_SIZE) return { error: 1 };
  return { takes: loader.host.timed(() => loader.host.flash.erase(offset, length)) };
}

function readFlash(loader: RomLoader, request: Request): Outcome {
  if (request.data.length !== 16) return { error: STUB_ERROR.badLength };
  const [offset, length, block, window] = [0, 1, 2, 3].map((i) => request.word(i)) as [
    number,
    number,
    number,
    number,
  ];
  if (block === 0 || block > SECTOR_SIZE || window === 0) return ok();
  const order = { offset, length, block, window };
  const { host } = loader;
  const send = (data: Uint8Array) => loader.sendPacket(data);
  const later = (run: () => void) => host.whenSent(() => host.after(BURST_PAUSE_US, run));
  const reader = new FlashReader(host.flash, order, send, later);
  return {
    afterReply: () => {
      loader.reader = reader;
      loader.workOn(() => reader.start());
      if (reader.done) loader.reader = undefined;
    },
  };
}

function refuse(loader: RomLoader, rom: number, stub: number): Outcome {
  return { error: loader.stub ? stub : rom };
}

/** Commands that both loaders know. */
const COMMON: Record<number, Handler> = {
  [OP.SYNC]: { run: sync, secure: true },
  [OP.READ_REG]: { run: readRegister },
  [OP.WRITE_REG]: { run: writeRegister },
  [OP.MEM_BEGIN]: { run: memBegin },
  [OP.MEM_DATA]: { run: memData },
  [OP.MEM_END]: { run: memEnd },
  [OP.FLASH_BEGIN]: { run: flashBegin(false), secure: true },
  [OP.FLASH_DATA]: { run: flashData, secure: true },
  [OP.FLASH_END]: { run: flashEnd, secure: true },
  [OP.FLASH_DEFL_BEGIN]: { run: flashBegin(true), secure: true },
  [OP.FLASH_DEFL_DATA]: { run: flashData, secure: true },
  [OP.FLASH_DEFL_END]: { run: flashEnd, secure: true },
  [OP.SPI_SET_PARAMS]: { run: ok, secure: true },
  [OP.SPI_ATTACH]: { run: attach, secure: true },
  [OP.CHANGE_BAUDRATE]: { run: changeBaud, secure: true },
  [OP.SPI_FLASH_MD5]: { run: flashMd5 },
  [OP.GET_SECURITY_INFO]: { run: securityInfo, secure: true, newer: true },
};

const ROM_ONLY: Record<number, Handler> = { [OP.READ_FLASH_SLOW]: { run: readSlow } };

const STUB_ONLY: Record<number, Handler> = {
  [OP.ERASE_FLASH]: { run: eraseFlash },
  [OP.ERASE_REGION]: { run: eraseRegion },
  [OP.READ_FLASH]: { run: readFlash },
  // The one command without a reply.
  [OP.RUN_USER_CODE]: { run: (loader) => ({ ...leaving(loader, 'run'), times: 0 }) },
};

export function handlerOf(op: number, stub: boolean): Handler | undefined {
  return COMMON[op] ?? (stub ? STUB_ONLY : ROM_ONLY)[op];
}
