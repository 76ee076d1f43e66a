import type { Socket } from 'node:net';
import type { MeshLink } from '../mesh/types.ts';

/** Bytes that may wait in a socket before the engine keeps the rest: what lwIP gives a connection, and some. */
const SEND_BUFFER = 16 * 1024;
/** A peer that does not take the end of the stream is cut off. */
const CLOSE_MS = 2000;

/** One neighbour's TCP stream, as the engine sees it. */
export class TcpLink implements MeshLink {
  readonly id: number;
  readonly socket: Socket;
  /** `address:port` of the far end. */
  readonly peer: string;
  readonly #onWrite: (bytes: Uint8Array) => void;

  constructor(id: number, socket: Socket, onWrite: (bytes: Uint8Array) => void = () => {}) {
    this.id = id;
    this.socket = socket;
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#onWrite = onWrite;
    socket.setNoDelay(true);
  }

  write(bytes: Uint8Array): void {
    if (!this.socket.writable) return;
    this.#onWrite(bytes);
    this.socket.write(bytes.slice());
  }

  sendSpace(): number {
    return this.socket.writable ? Math.max(0, SEND_BUFFER - this.socket.writableLength) : 0;
  }

  close(): void {
    if (this.socket.destroyed) return;
    this.socket.end();
    // The engine no longer listens to this peer: what still comes is thrown away, for a while.
    this.socket.resume();
    setTimeout(() => this.socket.destroy(), CLOSE_MS).unref();
  }
}
