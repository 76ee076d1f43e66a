import { viewOf } from '../../../tools/formats/bytes.ts';
import { Md5 } from '../../../tools/formats/md5.ts';
import type { FlashWindow } from './flash-window.ts';

export interface ReadOrder {
  offset: number;
  length: number;
  /** Bytes of a packet, at most a sector. */
  block: number;
  /** So many bytes, not packets, may wait for an acknowledgement before the stub pauses (it looks before each packet). */
  window: number;
}

/** Bytes sent before it is seen whether the wire keeps up. */
const BURST = 65_536;

/** The stub's READ_FLASH: packets of data, each acknowledged with the number of bytes received so far, then their MD5. */
export class FlashReader {
  readonly #flash: FlashWindow;
  readonly #order: ReadOrder;
  readonly #send: (packet: Uint8Array) => void;
  readonly #later: (run: () => void) => void;
  readonly #md5 = new Md5();
  #sent = 0;
  #acknowledged = 0;
  #waits = false;
  done = false;

  constructor(
    flash: FlashWindow,
    order: ReadOrder,
    send: (packet: Uint8Array) => void,
    later: (run: () => void) => void,
  ) {
    this.#flash = flash;
    this.#order = order;
    this.#send = send;
    this.#later = later;
  }

  start(): void {
    this.#pump();
  }

  /** A packet from the client. What is no acknowledgement ends the transfer, and so does one of more than was sent. */
  acknowledge(packet: Uint8Array): void {
    if (packet.length !== 4) return this.#finish();
    this.#acknowledged = viewOf(packet).getUint32(0, true);
    this.#pump();
  }

  #pump(): void {
    const { offset, length, block, window } = this.#order;
    const pause = this.#sent + BURST;
    while (this.#sent < length && this.#sent - this.#acknowledged < window) {
      if (this.#sent >= pause) return this.#goOnLater();
      const data = this.#flash.read(offset + this.#sent, Math.min(block, length - this.#sent));
      this.#md5.update(data);
      this.#send(data);
      this.#sent += data.length;
    }
    if (this.#acknowledged >= length || this.#acknowledged > this.#sent) this.#finish();
  }

  /** Goes on when the wire is free: a client may allow more to be under way than any memory holds. */
  #goOnLater(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#later(() => {
      this.#waits = false;
      if (!this.done) this.#pump();
    });
  }

  #finish(): void {
    if (this.done) return;
    this.done = true;
    this.#send(this.#md5.digest());
  }
}
