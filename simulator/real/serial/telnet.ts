/** Telnet (RFC 854) and its COM port option (RFC 2217), as far as serial servers and their clients use them. */

export const IAC = 255;
const DONT = 254;
const DO = 253;
const WONT = 252;
const WILL = 251;
const SB = 250;
const SE = 240;

export const OPTION = { BINARY: 0, ECHO: 1, SGA: 3, COM_PORT: 44 } as const;
/** Longest subnegotiation that is kept, bytes; RFC 2217 needs a few. */
const SUB_LIMIT = 256;

export interface TelnetEvents {
  data: (bytes: Uint8Array) => void;
  /** The other side asks us to do (DO) or offers to do itself (WILL). */
  negotiate: (verb: 'do' | 'dont' | 'will' | 'wont', option: number) => void;
  comPort: (command: number, value: Uint8Array) => void;
}

const VERBS = { [DO]: 'do', [DONT]: 'dont', [WILL]: 'will', [WONT]: 'wont' } as const;

/** Takes a connection's bytes apart; its state outlives the chunks they come in. */
export class TelnetReader {
  readonly #events: TelnetEvents;
  #state: 'data' | 'iac' | 'verb' | 'sub' | 'sub-iac' = 'data';
  #verb: keyof typeof VERBS = DO;
  #sub: number[] = [];

  constructor(events: TelnetEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array): void {
    const data: number[] = [];
    const flush = () => {
      if (data.length) this.#events.data(Uint8Array.from(data.splice(0)));
    };
    for (const byte of bytes) {
      if (this.#state === 'data') {
        if (byte === IAC) this.#state = 'iac';
        else data.push(byte);
      } else if (this.#state === 'iac' && byte === IAC) {
        data.push(IAC);
        this.#state = 'data';
      } else {
        // What came before an order is handled before it.
        flush();
        this.#control(byte);
      }
    }
    flush();
  }

  #control(byte: number): void {
    if (this.#state === 'iac') this.#command(byte);
    else if (this.#state === 'verb') {
      this.#state = 'data';
      this.#events.negotiate(VERBS[this.#verb], byte);
    } else if (this.#state === 'sub') {
      if (byte === IAC) this.#state = 'sub-iac';
      else if (this.#sub.length < SUB_LIMIT) this.#sub.push(byte);
    } else if (byte === IAC) {
      this.#sub.push(IAC);
      this.#state = 'sub';
    } else {
      this.#state = 'data';
      const [option, command, ...value] = this.#sub;
      if (byte === SE && option === OPTION.COM_PORT && command !== undefined)
        this.#events.comPort(command, Uint8Array.from(value));
    }
  }

  #command(byte: number): void {
    if (byte in VERBS) {
      this.#verb = byte as keyof typeof VERBS;
      this.#state = 'verb';
    } else if (byte === SB) {
      this.#sub = [];
      this.#state = 'sub';
    } else this.#state = 'data';
  }
}

/** Data with its IACs doubled. */
export function escapeData(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(IAC)) return bytes;
  const out: number[] = [];
  for (const byte of bytes) {
    out.push(byte);
    if (byte === IAC) out.push(IAC);
  }
  return Uint8Array.from(out);
}

export function negotiation(verb: 'do' | 'dont' | 'will' | 'wont', option: number): Uint8Array {
  const byte = { do: DO, dont: DONT, will: WILL, wont: WONT }[verb];
  return Uint8Array.of(IAC, byte, option);
}

export function comPortAnswer(command: number, value: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, OPTION.COM_PORT, command, ...escapeData(value), IAC, SE);
}
