import { viewOf } from '../../../../tools/formats/bytes.ts';
import { blockChecksum, OP } from '../../../../tools/formats/serial-loader.ts';
import { encodeSlip } from '../../../../tools/formats/slip.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { SerialConnector } from '../connector.ts';
import { SlipReader } from '../slip.ts';

export interface Reply {
  op: number;
  value: number;
  /** All that follows the header, status included. */
  data: Uint8Array;
}

/** 32-bit words, little-endian. */
export function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = viewOf(bytes);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value >>> 0, true);
  return bytes;
}

export function join(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const SYNC = join(Uint8Array.of(7, 7, 0x12, 0x20), new Uint8Array(32).fill(0x55));

/** A client of the loader in virtual time. */
export class LoaderClient {
  /** Packets that came and were not taken yet. */
  readonly packets: Uint8Array[] = [];
  /** All bytes that came, as text. */
  text = '';
  readonly #kernel: Kernel;
  readonly #connector: SerialConnector;
  readonly #slip = new SlipReader();

  constructor(kernel: Kernel, connector: SerialConnector) {
    this.#kernel = kernel;
    this.#connector = connector;
    connector.onData = (bytes) => {
      this.text += new TextDecoder('latin1').decode(bytes);
      this.packets.push(...this.#slip.push(bytes));
    };
  }

  async run(ms: number): Promise<void> {
    await this.#kernel.runUntil(this.#kernel.now + ms * 1000);
  }

  /** Lines as esptool moves them on a bridge that sets both at once. */
  async reset(): Promise<void> {
    this.#connector.setLines({ dtr: false, rts: true });
    await this.run(100);
    this.#connector.setLines({ dtr: true, rts: false });
    await this.run(50);
    this.#connector.setLines({ dtr: false, rts: false });
    await this.run(50);
    this.packets.length = 0;
  }

  send(op: number, data: Uint8Array = new Uint8Array(0), checksum = 0): void {
    const packet = new Uint8Array(8 + data.length);
    const view = viewOf(packet);
    packet[1] = op;
    view.setUint16(2, data.length, true);
    view.setUint32(4, checksum, true);
    packet.set(data, 8);
    this.#connector.write(encodeSlip(packet));
  }

  /** The next packet, or undefined after `limitMs`. */
  async packet(limitMs = 3000): Promise<Uint8Array | undefined> {
    if (this.packets.length === 0)
      await this.#kernel.runUntil(this.#kernel.now + limitMs * 1000, () => this.packets.length > 0);
    return this.packets.shift();
  }

  /** Sends a request and answers its reply; undefined when none comes. */
  async ask(
    op: number,
    data?: Uint8Array,
    checksum?: number,
    limitMs?: number,
  ): Promise<Reply | undefined> {
    this.send(op, data, checksum);
    return this.reply(limitMs);
  }

  async reply(limitMs?: number): Promise<Reply | undefined> {
    const packet = await this.packet(limitMs);
    if (!packet) return undefined;
    const view = viewOf(packet);
    return { op: packet[1]!, value: view.getUint32(4, true), data: packet.subarray(8) };
  }

  async sync(): Promise<Reply | undefined> {
    const first = await this.ask(OP.SYNC, SYNC, 0, 100);
    for (let i = 0; i < 7; i++) await this.reply(100);
    return first;
  }

  /** A block with its header and checksum. */
  block(op: number, data: Uint8Array, sequence = 0): Promise<Reply | undefined> {
    return this.ask(
      op,
      join(words(data.length, sequence, 0, 0), data),
      blockChecksum(data),
      30_000,
    );
  }

  /** Uploads something and starts it. */
  async startStub(): Promise<Uint8Array | undefined> {
    const code = new Uint8Array(100);
    await this.ask(OP.MEM_BEGIN, words(code.length, 1, 0x1800, 0x4008_0000));
    await this.block(OP.MEM_DATA, code);
    await this.ask(OP.MEM_END, words(0, 0x4008_0000));
    return this.packet(1000);
  }
}
