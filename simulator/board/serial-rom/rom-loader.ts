import { utf8 } from '../../../tools/formats/bytes.ts';
import { blockChecksum, ROM_ERROR } from '../../../tools/formats/serial-loader.ts';
import { encodeSlip } from '../../../tools/formats/slip.ts';
import type { SerialFaults } from './faults.ts';
import type { FlashReader } from './flash-reader.ts';
import type { FlashWindow } from './flash-window.ts';
import type { FlashWriter } from './flash-writer.ts';
import { handlerOf } from './handlers.ts';
import { buildReply, parseRequest, type Request } from './packets.ts';
import type { Registers } from './registers.ts';
import { SlipReader } from './slip.ts';

/** What the loader needs of the chip around it. Times are kernel time, µs. */
export interface LoaderHost {
  /** The chip has GET_SECURITY_INFO and the newer FLASH_BEGIN. */
  readonly newer: boolean;
  readonly chipId: number;
  readonly registers: Registers;
  readonly flash: FlashWindow;
  readonly faults: SerialFaults;
  /** Fuses allow a few commands only (Secure Download Mode). */
  readonly secureDownload: boolean;
  /** Puts bytes on the wire at the chip's rate. */
  send(bytes: Uint8Array): void;
  /** Runs when all that was sent has left. */
  whenSent(run: () => void): void;
  /** The UART's rate; set by CHANGE_BAUDRATE, and by the ROM when it has measured a SYNC. */
  setBaud(baud: number): void;
  /** The ROM measures the rate of the first SYNC and takes it. */
  measureBaud(): void;
  /** Runs work on flash and answers how long the chip takes for it, µs. */
  timed(run: () => void): number;
  after(us: number, run: () => void): void;
  /** Leaves the loader: through a reset, or straight into the app. */
  leave(how: 'reset' | 'run'): void;
  note(text: string): void;
}

/** What a command comes to. */
export interface Outcome {
  value?: number;
  data?: Uint8Array;
  /** Status byte(s) of a refusal; none for success. */
  error?: number;
  /** Work that the reply waits for, µs. */
  takes?: number;
  /** Work begun once the reply is on its way: the stub acknowledges a block before it writes it. */
  afterReply?: () => void;
  /** Sent as often. */
  times?: number;
}

/** Handling a packet, µs. */
const PACKET_US = 60;
/** From MEM_END to the stub's greeting, µs. */
const STUB_START_US = 5_000;

/**
 * The serial loader of an ESP chip: the one in ROM, and once a client has uploaded it, the stub. Uploaded code is never executed;
 * starting it is what changes the mode. One command is worked on, one may wait meanwhile; a third overwrites the one that waits.
 */
export class RomLoader {
  stub = false;
  /** The SYNC that sets the rate has come. */
  synced = false;
  /** The flash chip is connected: the stub does so itself. */
  attached = false;
  writer: FlashWriter | undefined;
  reader: FlashReader | undefined;
  /** Bytes of an upload to RAM that are still to come. */
  uploading = 0;
  readonly host: LoaderHost;
  #slip = new SlipReader();
  #busy = false;
  #waiting: Uint8Array | undefined;
  #stopped = false;
  #commands = 0;

  constructor(host: LoaderHost) {
    this.host = host;
  }

  /** The chip was reset or lost its power: nothing of what was planned happens. */
  stop(): void {
    this.#stopped = true;
  }

  receive(bytes: Uint8Array): void {
    for (const packet of this.#slip.push(bytes)) if (!this.#stopped) this.#arrived(packet);
  }

  /** Sends a packet of data, outside of a reply. */
  sendPacket(packet: Uint8Array): void {
    this.host.send(encodeSlip(packet));
  }

  /** The stub takes over. */
  startStub(): void {
    this.host.note('the stub runs');
    this.stub = true;
    this.attached = true;
    this.uploading = 0;
    if (!this.host.faults.silentStub)
      this.#later(STUB_START_US, () => this.sendPacket(utf8('OHAI')));
  }

  /** Whether the block's checksum is the one its header says. */
  checks(request: Request): boolean {
    return blockChecksum(request.data.subarray(16)) === request.checksum;
  }

  #arrived(packet: Uint8Array): void {
    if (this.reader) return this.#acknowledged(packet);
    if (this.#busy) this.#waiting = packet;
    else this.#run(packet);
  }

  #acknowledged(packet: Uint8Array): void {
    const reader = this.reader!;
    // Reading flash is so much faster than the wire that its time does not show.
    this.host.timed(() => reader.acknowledge(packet));
    if (reader.done) this.reader = undefined;
  }

  #run(packet: Uint8Array): void {
    const request = parseRequest(packet);
    if (!request) return;
    const { faults } = this.host;
    if (faults.stallAfter !== undefined && this.#commands++ >= faults.stallAfter) return;
    const outcome = this.#outcome(request);
    this.#work(PACKET_US + (outcome.takes ?? 0), () => {
      this.#reply(request.op, outcome);
    });
  }

  #outcome(request: Request): Outcome {
    const refused: Outcome = this.stub ? { error: 0xff } : unknownToRom();
    const handler = handlerOf(request.op, this.stub);
    if (!handler || (this.host.secureDownload && !handler.secure)) return refused;
    if (handler.newer && !this.host.newer) return refused;
    if (!request.whole) return { error: this.stub ? 0xc0 : ROM_ERROR.badMessage };
    return handler.run(this, request);
  }

  /** Is busy for `us`, then runs `done`, then takes what waits. */
  #work(us: number, done?: () => void): void {
    this.#busy = true;
    this.#later(us, () => {
      this.#busy = false;
      done?.();
      const next = this.#waiting;
      if (this.#stopped || this.#busy || !next) return;
      this.#waiting = undefined;
      this.#arrived(next);
    });
  }

  /** Goes on working after a reply; the next command waits for it. */
  workOn(run: () => void): void {
    this.#work(this.host.timed(run));
  }

  #reply(op: number, outcome: Outcome): void {
    const { faults } = this.host;
    if (faults.loseReply === op) {
      delete faults.loseReply;
      return outcome.afterReply?.();
    }
    const { value = 0, data = new Uint8Array(0), error = 0, times = 1 } = outcome;
    const status = this.stub ? [error, 0] : [error ? 1 : 0, error, 0, 0];
    // A request that the ROM does not know is answered under another name.
    const name = !this.stub && error === ROM_ERROR.badMessage && times === 8 ? 0 : op;
    const packet = encodeSlip(buildReply(name, value, data, status));
    const send = () => {
      for (let i = 0; i < times; i++) this.host.send(packet);
      outcome.afterReply?.();
    };
    if (faults.replyDelay) this.#later(faults.replyDelay, send);
    else send();
  }

  #later(us: number, run: () => void): void {
    this.host.after(us, () => {
      if (!this.#stopped) run();
    });
  }
}

/** The ROM answers a command it does not know eight times. */
export function unknownToRom(): Outcome {
  return { error: ROM_ERROR.badMessage, times: 8 };
}
