/** Telnet with the com port control option (RFC 854, RFC 2217), as far as serial servers and their clients use it. */

export const IAC = 255;
export const TELNET = { SE: 240, SB: 250, WILL: 251, WONT: 252, DO: 253, DONT: 254 } as const;
export const OPTION = { BINARY: 0, ECHO: 1, SUPPRESS_GO_AHEAD: 3, COM_PORT: 44 } as const;

/** Commands from the client; the server answers with the same plus SERVER_OFFSET. */
export const COM_PORT = {
  SIGNATURE: 0,
  SET_BAUDRATE: 1,
  SET_DATASIZE: 2,
  SET_PARITY: 3,
  SET_STOPSIZE: 4,
  SET_CONTROL: 5,
  NOTIFY_LINESTATE: 6,
  NOTIFY_MODEMSTATE: 7,
  FLOWCONTROL_SUSPEND: 8,
  FLOWCONTROL_RESUME: 9,
  SET_LINESTATE_MASK: 10,
  SET_MODEMSTATE_MASK: 11,
  PURGE_DATA: 12,
} as const;
export const SERVER_OFFSET = 100;
/** What SET_CONTROL sets. */
export const CONTROL = { DTR_ON: 8, DTR_OFF: 9, RTS_ON: 11, RTS_OFF: 12, NO_FLOW: 1 } as const;

export type TelnetEvent =
  | { kind: 'data'; bytes: Uint8Array }
  /** WILL, WONT, DO or DONT. */
  | { kind: 'option'; verb: number; option: number }
  | { kind: 'com-port'; command: number; value: Uint8Array };

/** A subnegotiation longer than this is none: its beginning was noise. */
const SUBNEGOTIATION_MAX = 1024;

/** Data with every 255 doubled. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  let doubled = 0;
  for (const byte of bytes) if (byte === IAC) doubled++;
  if (doubled === 0) return bytes;
  const out = new Uint8Array(bytes.length + doubled);
  let at = 0;
  for (const byte of bytes) {
    out[at++] = byte;
    if (byte === IAC) out[at++] = IAC;
  }
  return out;
}

export function optionMessage(verb: number, option: number): Uint8Array {
  return Uint8Array.of(IAC, verb, option);
}

export function comPortMessage(command: number, value: Uint8Array): Uint8Array {
  const inner = escapeTelnet(Uint8Array.of(command, ...value));
  return Uint8Array.of(IAC, TELNET.SB, OPTION.COM_PORT, ...inner, IAC, TELNET.SE);
}

/** Takes a telnet stream apart as it arrives, wherever it is cut. */
export class TelnetDecoder {
  #state: 'data' | 'iac' | 'verb' | 'sub' | 'sub-iac' = 'data';
  #verb = 0;
  #sub: number[] = [];

  push(bytes: Uint8Array): TelnetEvent[] {
    const events: TelnetEvent[] = [];
    let plain: number[] = [];
    const flush = () => {
      if (plain.length > 0) events.push({ kind: 'data', bytes: Uint8Array.from(plain) });
      plain = [];
    };
    for (const byte of bytes) {
      if (this.#state === 'data') {
        if (byte === IAC) this.#state = 'iac';
        else plain.push(byte);
        continue;
      }
      if (this.#state === 'iac' && byte === IAC) {
        plain.push(IAC);
        this.#state = 'data';
        continue;
      }
      const event = this.#command(byte);
      if (!event) continue;
      flush();
      events.push(event);
    }
    flush();
    return events;
  }

  #command(byte: number): TelnetEvent | undefined {
    switch (this.#state) {
      case 'iac':
        if (byte === TELNET.SB) {
          this.#sub = [];
          this.#state = 'sub';
        } else if (byte >= TELNET.WILL && byte <= TELNET.DONT) {
          this.#verb = byte;
          this.#state = 'verb';
        } else this.#state = 'data';
        return undefined;
      case 'verb':
        this.#state = 'data';
        return { kind: 'option', verb: this.#verb, option: byte };
      case 'sub':
        if (byte === IAC) this.#state = 'sub-iac';
        else this.#keep(byte);
        return undefined;
      default:
        return this.#endOfSub(byte);
    }
  }

  #endOfSub(byte: number): TelnetEvent | undefined {
    if (byte === IAC) {
      this.#state = 'sub';
      this.#keep(IAC);
      return undefined;
    }
    this.#state = 'data';
    const [option, command, ...value] = this.#sub;
    if (byte !== TELNET.SE || option !== OPTION.COM_PORT || command === undefined) return undefined;
    return { kind: 'com-port', command, value: Uint8Array.from(value) };
  }

  #keep(byte: number): void {
    this.#sub.push(byte);
    if (this.#sub.length > SUBNEGOTIATION_MAX) this.#state = 'data';
  }
}
