import type { EventEmitter } from 'node:events';
import type { BindingInterface } from '@serialport/bindings-interface';
import type { SerialPortStream } from '@serialport/stream';
import type { LineState, SerialLink } from '../link.ts';
import { LinkBase, unplugged } from '../link-base.ts';
import { SerialError } from '../trouble.ts';
import { portTrouble } from './port-trouble.ts';

export interface StreamLinkOptions {
  name: string;
  path: string;
  kind: 'device' | 'sim';
  baudRate: number;
  binding: BindingInterface;
  usb?: SerialLink['usb'];
}

/** A port of @serialport/stream, on whatever binding: the system's, or that of a simulated board. */
export class StreamLink extends LinkBase {
  readonly #port: SerialPortStream;

  private constructor(port: SerialPortStream, options: StreamLinkOptions) {
    super({ ...options, isVirtual: options.kind === 'sim' });
    this.#port = port;
    port.on('data', (bytes: Buffer) => this.received(bytes));
    port.on('close', (error?: Error) => this.closed(unplugged(this.name, error ?? undefined)));
    port.on('error', (error: Error) => this.closed(unplugged(this.name, error)));
  }

  /** @throws SerialError `port-missing`, `port-busy`, `port-permission`, `port-failed` */
  static async open(options: StreamLinkOptions): Promise<StreamLink> {
    const { SerialPortStream } = await import('@serialport/stream');
    const { path, binding, baudRate, name } = options;
    const stream = new SerialPortStream({ binding, path, baudRate, autoOpen: false });
    try {
      await called((done) => stream.open(done));
    } catch (error) {
      throw await portTrouble(name, path, error);
    }
    wakeOnPoll(stream.port);
    const link = new StreamLink(stream, options);
    await link.#release();
    return link;
  }

  /** Opening asserts both lines on most systems, which a board wired straight takes for a reset. */
  async #release(): Promise<void> {
    try {
      await this.applySignals({ dtr: false, rts: false });
    } catch {
      // A pseudo-terminal has no lines: TIOCMSET is refused. A port that is gone has told so already.
      this.hasLines = false;
    }
  }

  /** A write fails for one reason only, and may tell so before the port does. */
  protected async send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#unlessGone((done) => this.#port.write(Buffer.from(bytes), done));
    } catch (error) {
      throw error instanceof SerialError ? error : unplugged(this.name, error);
    }
  }

  protected async applySignals({ dtr, rts }: LineState): Promise<void> {
    await called((done) => this.#port.set({ dtr, rts }, done));
  }

  protected async applyBaudRate(baudRate: number): Promise<void> {
    try {
      await this.#unlessGone((done) => this.#port.update({ baudRate }, done));
    } catch (error) {
      if (error instanceof SerialError) throw error;
      throw new SerialError('port-failed', `${this.name} cannot be set to ${baudRate} baud`, {
        hint: 'give a rate that the adapter knows, such as --baud 460800',
        cause: error,
      });
    }
  }

  protected release(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#port.isOpen) return resolve();
      this.#port.close(() => resolve());
    });
  }

  /** A write to a port that goes away may never call back: closing ends the wait as well. */
  #unlessGone(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const off = this.onClose((error) => reject(error ?? unplugged(this.name)));
      act((error) => {
        off();
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

/**
 * bindings-cpp 13 calls JavaScript out of its poller without a callback scope, so that on Node 26 what
 * hangs on a promise waits for the next event of the loop, many seconds on a quiet port. An event of our
 * own behind each of its calls lets it go on.
 */
export function wakeOnPoll(port: unknown): void {
  const { poller } = (port ?? {}) as { poller?: EventEmitter };
  for (const event of ['readable', 'writable', 'disconnect']) {
    poller?.on(event, () => setImmediate(() => {}));
  }
}

function called(act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => (error ? reject(error) : resolve()));
  });
}
