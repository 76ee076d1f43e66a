import type { LineState, LinkKind, SerialLink, UsbId } from './link.ts';
import { SerialError } from './trouble.ts';

/** What all links share: listeners, and that a port which went away says so at once and only once. */
export abstract class LinkBase implements SerialLink {
  readonly name: string;
  readonly kind: LinkKind;
  readonly usb?: UsbId;
  isVirtual: boolean;
  hasLines = true;
  baudRate: number;
  #open = true;
  readonly #data = new Set<(bytes: Uint8Array) => void>();
  readonly #close = new Set<(error?: SerialError) => void>();

  constructor(of: Pick<SerialLink, 'name' | 'kind' | 'isVirtual' | 'baudRate' | 'usb'>) {
    this.name = of.name;
    this.kind = of.kind;
    this.isVirtual = of.isVirtual;
    this.baudRate = of.baudRate;
    this.usb = of.usb;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#data.add(listener);
    return () => this.#data.delete(listener);
  }

  onClose(listener: (error?: SerialError) => void): () => void {
    this.#close.add(listener);
    return () => this.#close.delete(listener);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.closed();
    await this.release();
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.mustBeOpen();
    await this.send(bytes);
  }

  async setSignals(lines: LineState): Promise<void> {
    this.mustBeOpen();
    if (!this.hasLines) throw noLines(this.name);
    await this.applySignals(lines);
  }

  async setBaudRate(baudRate: number): Promise<void> {
    this.mustBeOpen();
    await this.applyBaudRate(baudRate);
    this.baudRate = baudRate;
  }

  protected abstract send(bytes: Uint8Array): Promise<void>;
  protected abstract applySignals(lines: LineState): Promise<void>;
  protected abstract applyBaudRate(baudRate: number): Promise<void>;
  protected abstract release(): Promise<void>;

  protected received(bytes: Uint8Array): void {
    for (const listener of [...this.#data]) listener(bytes);
  }

  /** The port is no more; with an error where nobody asked it to close. */
  protected closed(error?: SerialError): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of [...this.#close]) listener(error);
    this.#data.clear();
    this.#close.clear();
  }

  protected mustBeOpen(): void {
    if (!this.#open) throw new SerialError('unplugged', `${this.name} is closed`);
  }
}

export function unplugged(name: string, cause?: unknown): SerialError {
  return new SerialError(
    'unplugged',
    `${name} went away: the board was unplugged, or its adapter reset`,
    {
      hint: 'plug it in again, and look at cable and power',
      cause,
    },
  );
}

function noLines(name: string): SerialError {
  return new SerialError(
    'port-lines',
    `${name} has no DTR and RTS lines, so it cannot reset the board`,
    {
      hint: 'use --before no-reset --after no-reset, and put the board into download mode by its buttons',
    },
  );
}
