import { once } from 'node:events';
import type { BindingInterface } from '@serialport/bindings-interface';
import { SerialPortStream } from '@serialport/stream';

/** What esptool-js opens: the part of the Web Serial API that it uses, over a serialport stream. */
export class WebSerialPort {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  readonly #binding: BindingInterface;
  readonly #path: string;
  #stream: SerialPortStream | undefined;
  #lines = { dtr: true, rts: true };
  #chunks: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(binding: BindingInterface, path: string) {
    this.#binding = binding;
    this.#path = path;
  }

  getInfo(): { usbVendorId?: number; usbProductId?: number } {
    return {};
  }

  async open({ baudRate }: { baudRate: number }): Promise<void> {
    const stream = new SerialPortStream({
      binding: this.#binding,
      path: this.#path,
      baudRate,
      autoOpen: false,
    });
    const opened = once(stream, 'open');
    stream.open();
    await opened;
    this.#stream = stream;
    this.#lines = { dtr: true, rts: true };
    this.#renew();
    stream.on('data', (data: Uint8Array) => this.#chunks?.enqueue(Uint8Array.from(data)));
    stream.on('error', () => {});
    this.writable = new WritableStream({
      write: (chunk) =>
        new Promise<void>((resolve, reject) =>
          stream.write(Buffer.from(chunk), (error) => (error ? reject(error) : resolve())),
        ),
    });
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.readable = null;
    this.writable = null;
    if (stream?.isOpen) await new Promise<void>((resolve) => stream.close(() => resolve()));
  }

  async setSignals({
    dataTerminalReady: dtr = this.#lines.dtr,
    requestToSend: rts = this.#lines.rts,
  }: {
    dataTerminalReady?: boolean;
    requestToSend?: boolean;
  }): Promise<void> {
    this.#lines = { dtr, rts };
    await new Promise<void>((resolve, reject) =>
      this.#stream?.set({ dtr, rts }, (error) => (error ? reject(error) : resolve())),
    );
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#stream?.update({ baudRate }, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** A cancelled stream is over for good; Web Serial then gives a new one. */
  #renew(): void {
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#chunks = controller;
      },
      cancel: () => {
        if (this.#stream) this.#renew();
      },
    });
  }
}
