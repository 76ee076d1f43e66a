import { Worker } from 'node:worker_threads';
import type {
  BindingInterface,
  BindingPortInterface,
  OpenOptions,
  PortInfo,
  PortStatus,
  SetOptions,
  UpdateOptions,
} from '@serialport/bindings-interface';
import type { SerialFaults } from '../../board/serial-rom/faults.ts';
import type {
  WireCount,
  WorkerAnswer,
  WorkerEvent,
  WorkerRequest,
  WorkerStart,
} from './worker-messages.ts';

type Settle = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** A bench of boards in a thread of its own, so that their work is not charged to the client that is measured. */
export class SerialWorker {
  readonly binding: BindingInterface;
  readonly #worker: Worker;
  readonly #asked = new Map<number, Settle>();
  readonly #ports = new Map<string, WorkerPort>();
  #next = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: WorkerAnswer | WorkerEvent) => this.#heard(message));
    worker.on('error', (error) => this.#ended(error as Error));
    worker.on('exit', () => this.#ended(new Error('the thread of the boards has ended')));
    this.binding = {
      list: () => this.#ask<PortInfo[]>({ do: 'list' }),
      open: (o) => this.#open(o),
    };
  }

  /** Takes what `SerialBench.open` takes. */
  static open(options: WorkerStart['options']): SerialWorker {
    const file = new URL(
      `./worker-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
      import.meta.url,
    );
    return new SerialWorker(new Worker(file, { workerData: { options } satisfies WorkerStart }));
  }

  /** The whole content of a board's flash. */
  flash(name: string): Promise<Uint8Array> {
    return this.#ask({ do: 'flash', name });
  }

  /** Makes that content these bytes, and the rest erased. The board is not reset by it. */
  load(name: string, flash: Uint8Array): Promise<void> {
    return this.#ask({ do: 'load', name, flash });
  }

  /** Bytes that have passed on the board's line, each way. */
  wire(name: string): Promise<WireCount> {
    return this.#ask({ do: 'wire', name });
  }

  setFaults(name: string, faults: SerialFaults): Promise<void> {
    return this.#ask({ do: 'faults', name, faults });
  }

  plug(name: string, plugged: boolean): Promise<void> {
    return this.#ask({ do: 'plug', name, plugged });
  }

  async close(): Promise<void> {
    await this.#ask({ do: 'end' });
    await this.#worker.terminate();
  }

  async #open(options: OpenOptions): Promise<BindingPortInterface> {
    const { path, baudRate } = options;
    const ask = <T>(request: WorkerRequest) => this.#ask<T>(request);
    const port = new WorkerPort(options, ask, () => this.#ports.delete(path));
    const taken = this.#ports.has(path);
    if (!taken) this.#ports.set(path, port);
    try {
      await this.#ask({ do: 'open', path, baudRate });
      return port;
    } catch (error) {
      if (!taken) this.#ports.delete(path);
      throw error;
    }
  }

  #ask<T>(request: WorkerRequest): Promise<T> {
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as Settle['resolve'], reject });
      this.#worker.postMessage({ id, request });
    });
  }

  #heard(message: WorkerAnswer | WorkerEvent): void {
    if ('path' in message) {
      const port = this.#ports.get(message.path);
      if ('data' in message) port?.arrived(message.data);
      else port?.lost(failure(message.lost));
      return;
    }
    const settle = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (message.error) settle?.reject(failure(message.error));
    else settle?.resolve(message.value);
  }

  #ended(error: Error): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
    for (const port of this.#ports.values()) port.lost(error);
  }
}

function failure({ message, canceled }: { message: string; canceled: boolean }): Error {
  return Object.assign(new Error(message), { canceled });
}

/** One open port of a board in the thread. */
class WorkerPort implements BindingPortInterface {
  readonly openOptions: Required<OpenOptions>;
  isOpen = true;
  readonly #path: string;
  readonly #ask: <T>(request: WorkerRequest) => Promise<T>;
  readonly #closed: () => void;
  #baud: number;
  #received: Uint8Array[] = [];
  #reading: (() => void) | undefined;
  #end: Error | undefined;

  constructor(
    options: OpenOptions,
    ask: <T>(request: WorkerRequest) => Promise<T>,
    closed: () => void,
  ) {
    this.openOptions = options as Required<OpenOptions>;
    this.#path = options.path;
    this.#baud = options.baudRate;
    this.#ask = ask;
    this.#closed = closed;
  }

  arrived(data: Uint8Array): void {
    this.#received.push(data);
    this.#reading?.();
  }

  lost(error: Error): void {
    this.#end = error;
    this.#reading?.();
  }

  async read(buffer: Buffer, offset: number, length: number) {
    if (this.#received.length === 0 && !this.#end)
      await new Promise<void>((resolve) => (this.#reading = resolve));
    this.#reading = undefined;
    const chunk = this.#received[0];
    if (!chunk) throw this.#end;
    const bytesRead = Math.min(chunk.length, length);
    buffer.set(chunk.subarray(0, bytesRead), offset);
    if (bytesRead === chunk.length) this.#received.shift();
    else this.#received[0] = chunk.subarray(bytesRead);
    return { buffer, bytesRead };
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.lost(failure({ message: 'the port was closed', canceled: true }));
    await this.#ask({ do: 'close', path: this.#path });
    this.#closed();
  }

  write(data: Buffer): Promise<void> {
    return this.#ask({ do: 'write', path: this.#path, data: Uint8Array.from(data) });
  }

  async update({ baudRate }: UpdateOptions): Promise<void> {
    await this.#ask({ do: 'update', path: this.#path, baudRate });
    this.#baud = baudRate;
  }

  set(lines: SetOptions): Promise<void> {
    return this.#ask({ do: 'set', path: this.#path, lines });
  }

  async get(): Promise<PortStatus> {
    return { cts: false, dsr: false, dcd: false };
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    return { baudRate: this.#baud };
  }

  flush(): Promise<void> {
    this.#received = [];
    return this.#ask({ do: 'flush', path: this.#path });
  }

  drain(): Promise<void> {
    return this.#ask({ do: 'drain', path: this.#path });
  }
}
