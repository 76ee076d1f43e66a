import type { LineState, UsbId } from '../link.ts';
import { LinkBase } from '../link-base.ts';
import { SlipDecoder } from '../protocol/slip.ts';
import { SerialError } from '../trouble.ts';

export interface FakeLinkOptions {
  usb?: UsbId;
  /** What comes back for a frame that was sent: frames are told without their ends. */
  answer?: (frame: Uint8Array, link: FakeLink) => void;
}

/** A link with nobody behind it but a function; keeps what is done to it. */
export class FakeLink extends LinkBase {
  readonly signals: LineState[] = [];
  readonly sent: Uint8Array[] = [];
  readonly frames: Uint8Array[] = [];
  readonly rates: number[] = [];
  readonly #decoder: SlipDecoder;

  constructor({ usb, answer }: FakeLinkOptions = {}) {
    super({ name: 'fake', kind: 'device', isVirtual: false, baudRate: 115_200, usb });
    this.#decoder = new SlipDecoder((frame) => {
      this.frames.push(frame);
      answer?.(frame, this);
    });
  }

  /** Bytes come in. */
  hear(bytes: Uint8Array): void {
    this.received(bytes);
  }

  /** The cable is pulled. */
  vanish(): void {
    this.closed(new SerialError('unplugged', 'fake went away'));
  }

  protected async send(bytes: Uint8Array): Promise<void> {
    this.sent.push(bytes);
    this.#decoder.push(bytes);
  }

  protected async applySignals(lines: LineState): Promise<void> {
    this.signals.push(lines);
  }

  protected async applyBaudRate(baudRate: number): Promise<void> {
    this.rates.push(baudRate);
  }

  protected async release(): Promise<void> {}
}
