import type { SerialError } from './trouble.ts';

/** Levels of the control lines as programs name them: true = asserted, which is a low pin. */
export interface LineState {
  dtr: boolean;
  rts: boolean;
}

export type LinkKind = 'device' | 'rfc2217' | 'socket' | 'sim';

/** USB identity of the adapter, where the system tells. */
export interface UsbId {
  vendorId: number;
  productId: number;
}

/**
 * An open serial port: a duplex stream of bytes with a baud rate and two control lines. Nothing else in
 * this folder knows what stands behind it.
 */
export interface SerialLink {
  /** As it was asked for: /dev/ttyUSB0, rfc2217://host:4000, sim://lamp. */
  readonly name: string;
  readonly kind: LinkKind;
  /** The board behind it is simulated: it takes images made for virtual boards. */
  readonly isVirtual: boolean;
  /** DTR and RTS reach the board. Without them nobody can reset it from here. */
  readonly hasLines: boolean;
  readonly usb?: UsbId;
  /** Bits a second at which the port is now. */
  readonly baudRate: number;
  readonly isOpen: boolean;
  /** Bytes as they come in. Answers how to stop listening. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Called once: with an error where the port went away by itself. Answers how to stop listening. */
  onClose(listener: (error?: SerialError) => void): () => void;
  /** Settles when the system has taken the bytes. @throws SerialError `unplugged`, at once */
  write(bytes: Uint8Array): Promise<void>;
  /** Both lines always, as some drivers change one when told of the other only.
   * @throws SerialError `port-lines` where hasLines is false */
  setSignals(lines: LineState): Promise<void>;
  setBaudRate(baudRate: number): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}
