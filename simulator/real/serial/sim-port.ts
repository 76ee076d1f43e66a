import type {
  BindingPortInterface,
  OpenOptions,
  PortStatus,
  SetOptions,
  UpdateOptions,
} from '@serialport/bindings-interface';
import type { SerialConnector } from '../../board/serial-rom/connector.ts';
import type { RealTime } from '../real-time.ts';
import { whenBelow } from './door.ts';

/** As many bytes wait in an operating system's buffer before a write blocks. */
const WRITE_BUFFER = 4096;
/** What nobody reads is lost beyond so many bytes. */
const READ_BUFFER = 1 << 20;

class PortError extends Error {
  readonly canceled: boolean;
  constructor(message: string, canceled = false) {
    super(message);
    this.name = 'PortError';
    this.canceled = canceled;
  }
}

interface PendingRead {
  buffer: Buffer;
  offset: number;
  length: number;
  resolve: (result: { buffer: Buffer; bytesRead: number }) => void;
  reject: (error: Error) => void;
}

/** One open port of a simulated board, as `@serialport/stream` wants it. */
export class SimPort implements BindingPortInterface {
  readonly openOptions: Required<OpenOptions>;
  isOpen = true;
  readonly #connector: SerialConnector;
  readonly #time: RealTime;
  readonly #closed: () => void | Promise<void>;
  #baud: number;
  #received: Uint8Array[] = [];
  #reading: PendingRead | undefined;
  /** What ends pending writes and drains when the port goes away. */
  #pending = new Set<(error: Error) => void>();

  private constructor(
    connector: SerialConnector,
    time: RealTime,
    options: OpenOptions,
    closed: () => void | Promise<void>,
  ) {
    this.#connector = connector;
    this.#time = time;
    this.#closed = closed;
    this.#baud = options.baudRate;
    this.openOptions = {
      dataBits: 8,
      lock: true,
      stopBits: 1,
      parity: 'none',
      rtscts: false,
      xon: false,
      xoff: false,
      xany: false,
      hupcl: true,
      ...options,
    };
  }

  /** Opens it as Linux does: at its rate, with both lines set. */
  static async open(
    connector: SerialConnector,
    time: RealTime,
    options: OpenOptions,
    closed: () => void | Promise<void>,
  ): Promise<SimPort> {
    const port = new SimPort(connector, time, options, closed);
    await port.#inWorld(() => {
      if (!connector.plugged) throw new PortError(`${options.path}: the board is not plugged in`);
      connector.onData = (bytes) => port.#arrived(bytes);
      connector.onPlug = (plugged) => {
        if (!plugged) port.#lost();
      };
      connector.setBaud(options.baudRate);
      connector.setLines({ dtr: true, rts: true });
    });
    return port;
  }

  async close(): Promise<void> {
    if (!this.isOpen) throw new PortError('the port is not open');
    this.isOpen = false;
    this.#end(new PortError('the port was closed', true));
    if (this.#time.failure !== undefined) return this.#closed();
    await this.#inWorld(() => {
      this.#connector.onData = () => {};
      this.#connector.onPlug = () => {};
      if (this.openOptions.hupcl) this.#connector.setLines({ dtr: false, rts: false });
    });
    await this.#closed();
  }

  read(buffer: Buffer, offset: number, length: number) {
    if (!this.isOpen) return Promise.reject(new PortError('the port is not open', true));
    if (!this.#alive) return Promise.reject(this.#gone());
    return new Promise<{ buffer: Buffer; bytesRead: number }>((resolve, reject) => {
      this.#reading = { buffer, offset, length, resolve, reject };
      this.#serve();
    });
  }

  /** Done when the rest fits the operating system's buffer. */
  async write(data: Buffer): Promise<void> {
    const bytes = Uint8Array.from(data);
    await this.#until((done) => {
      this.#connector.write(bytes);
      whenBelow(this.#time, this.#connector, WRITE_BUFFER, done);
    });
  }

  async update({ baudRate }: UpdateOptions): Promise<void> {
    await this.#until((done) => {
      this.#baud = baudRate;
      this.#connector.setBaud(baudRate);
      done();
    });
  }

  /** Lines that are not named keep their level. */
  async set({ dtr, rts }: SetOptions): Promise<void> {
    await this.#until((done) => {
      this.#connector.setLines({
        ...(dtr === undefined ? {} : { dtr }),
        ...(rts === undefined ? {} : { rts }),
      });
      done();
    });
  }

  async get(): Promise<PortStatus> {
    return { cts: false, dsr: false, dcd: false };
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    return { baudRate: this.#baud };
  }

  async flush(): Promise<void> {
    this.#received = [];
    await this.#until((done) => {
      this.#connector.flush();
      done();
    });
  }

  async drain(): Promise<void> {
    await this.#until((done) => this.#connector.whenDrained(done));
  }

  #arrived(bytes: Uint8Array): void {
    const waiting = this.#received.reduce((sum, { length }) => sum + length, 0);
    if (waiting >= READ_BUFFER) return;
    this.#received.push(bytes);
    this.#serve();
  }

  /** Hands the pending read what has come. */
  #serve(): void {
    const reading = this.#reading;
    if (!reading || this.#received.length === 0) return;
    this.#reading = undefined;
    let bytesRead = 0;
    while (bytesRead < reading.length && this.#received.length > 0) {
      const chunk = this.#received[0]!;
      const take = Math.min(chunk.length, reading.length - bytesRead);
      reading.buffer.set(chunk.subarray(0, take), reading.offset + bytesRead);
      bytesRead += take;
      if (take === chunk.length) this.#received.shift();
      else this.#received[0] = chunk.subarray(take);
    }
    reading.resolve({ buffer: reading.buffer, bytesRead });
  }

  get #alive(): boolean {
    return this.#connector.plugged && this.#time.failure === undefined;
  }

  #gone(): PortError {
    const { failure } = this.#time;
    const why = failure === undefined ? 'was unplugged' : `has failed: ${String(failure)}`;
    return new PortError(`${this.openOptions.path}: the board ${why}`);
  }

  #lost(): void {
    this.#end(this.#gone());
  }

  #end(error: Error): void {
    this.#reading?.reject(error);
    this.#reading = undefined;
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }

  /** Runs `act` in the world; settles when it says that it is done, or rejects when the port goes away first. */
  #until(act: (done: () => void) => void): Promise<void> {
    if (!this.isOpen) return Promise.reject(new PortError('the port is not open', true));
    if (this.#time.failure !== undefined) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const done = () => {
        this.#pending.delete(reject);
        resolve();
      };
      this.#time.soon(() => {
        if (!this.#pending.has(reject)) return;
        if (this.#connector.plugged) act(done);
        else this.#lost();
      });
    });
  }

  #inWorld(act: () => void): Promise<void> {
    if (this.#time.failure !== undefined) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      this.#time.soon(() => {
        try {
          act();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}
