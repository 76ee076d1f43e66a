import { createServer, type Server, type Socket } from 'node:net';
import type { SerialConnector } from '../../board/serial-rom/connector.ts';
import type { Lines } from '../../board/serial-rom/reset-wiring.ts';
import type { SerialBench } from './bench.ts';
import { claimSoon, type Door, give, listen, type Place, placeOf, take } from './door.ts';
import { comPortAnswer, escapeData, negotiation, OPTION, TelnetReader } from './telnet.ts';

/** Client commands of RFC 2217; the server's answers are 100 higher. */
const COM = {
  SIGNATURE: 0,
  SET_BAUDRATE: 1,
  SET_DATASIZE: 2,
  SET_PARITY: 3,
  SET_STOPSIZE: 4,
  SET_CONTROL: 5,
  FLOWCONTROL_SUSPEND: 8,
  FLOWCONTROL_RESUME: 9,
  SET_LINESTATE_MASK: 10,
  SET_MODEMSTATE_MASK: 11,
  PURGE_DATA: 12,
} as const;
const ANSWER = 100;
/** SET-CONTROL: 8 and 9 set and clear DTR, 11 and 12 RTS. */
const CONTROL: Record<number, Partial<Lines>> = {
  8: { dtr: true },
  9: { dtr: false },
  11: { rts: true },
  12: { rts: false },
};
/** A state that is only a step between two others ends well before, ms. */
const STEP_MS = 300;
const NO_FLOW_CONTROL = 1;

/**
 * A board's port on TCP by RFC 2217, one client at a time: baud rate and both lines travel beside the bytes, so that `rfc2217://` of
 * pyserial, and with it esptool, works as on a cable.
 */
export async function serveRfc2217(bench: SerialBench, name: string, place: Place): Promise<Door> {
  const server: Server = createServer({ noDelay: true, pauseOnConnect: true }, async (socket) => {
    const connector = await claimSoon(bench, name);
    // As a busy serial server does: it hangs up.
    if (connector) new Session(bench, name, connector, socket);
    else socket.destroy();
  });
  await listen(server, place);
  return placeOf(server, 'rfc2217');
}

class Session {
  readonly #bench: SerialBench;
  readonly #name: string;
  readonly #connector: SerialConnector;
  readonly #socket: Socket;
  #lines: Lines = { dtr: false, rts: false };
  #held: NodeJS.Timeout | undefined;
  #baud = 115_200;

  constructor(bench: SerialBench, name: string, connector: SerialConnector, socket: Socket) {
    this.#bench = bench;
    this.#name = name;
    this.#connector = connector;
    this.#socket = socket;
    const telnet = new TelnetReader({
      data: (bytes) => this.#world(() => take(bench.time, connector, socket, bytes)),
      negotiate: (verb, option) => this.#negotiate(verb, option),
      comPort: (command, value) => this.#comPort(command, value),
    });
    socket.on('data', (data: Uint8Array) => telnet.push(data));
    socket.resume();
    socket.on('error', () => {});
    socket.once('close', () => this.#ended());
    this.#world(() => {
      connector.onData = (bytes) => give(socket, escapeData(bytes));
      connector.onPlug = (plugged) => {
        if (!plugged) socket.destroy();
      };
      connector.setBaud(115_200);
      if (!connector.plugged) socket.destroy();
    });
    for (const option of [OPTION.BINARY, OPTION.SGA]) {
      socket.write(negotiation('will', option));
      socket.write(negotiation('do', option));
    }
    socket.write(negotiation('do', OPTION.COM_PORT));
  }

  /** Offers answer our own orders; only what we did not ask for needs an answer. */
  #negotiate(verb: 'do' | 'dont' | 'will' | 'wont', option: number): void {
    const known = option === OPTION.BINARY || option === OPTION.SGA || option === OPTION.COM_PORT;
    if (verb === 'will' && !known) this.#socket.write(negotiation('dont', option));
    if (verb === 'do' && option === OPTION.COM_PORT)
      this.#socket.write(negotiation('will', option));
    if (verb === 'do' && !known) this.#socket.write(negotiation('wont', option));
  }

  #comPort(command: number, value: Uint8Array): void {
    const answer = (bytes: Uint8Array) =>
      this.#socket.write(comPortAnswer(command + ANSWER, bytes));
    if (command === COM.SIGNATURE) {
      if (value.length === 0) answer(new TextEncoder().encode(`esp-ota-bench ${this.#name}`));
    } else if (command === COM.SET_BAUDRATE && value.length === 4) {
      const asked = new DataView(value.buffer, value.byteOffset).getUint32(0);
      if (asked > 0) this.#baud = asked;
      this.#world(() => this.#connector.setBaud(this.#baud));
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, this.#baud);
      answer(bytes);
    } else if (command === COM.SET_CONTROL && value.length === 1) {
      const lines = CONTROL[value[0]!];
      if (lines) this.#setLines(lines);
      // A question (0, 4, 7, 10, 13) is answered with the state.
      answer(Uint8Array.of(lines ? value[0]! : this.#controlState(value[0]!)));
    } else if (command === COM.PURGE_DATA) {
      this.#world(() => {
        if (value[0] !== 1) this.#connector.flush();
      });
      answer(value);
    } else if (command <= COM.PURGE_DATA) answer(value);
  }

  #controlState(question: number): number {
    if (question === 7) return this.#lines.dtr ? 8 : 9;
    if (question === 10) return this.#lines.rts ? 11 : 12;
    return question === 0 || question === 13 ? NO_FLOW_CONTROL : question;
  }

  /**
   * Lines come one at a time, and over a network milliseconds apart. On a board with two transistors, both lines set is a step of a
   * reset sequence that must not be seen: EN would rise with IO0 high, and the app would boot. So that state waits for the next
   * change, and counts only if none comes.
   */
  #setLines(lines: Partial<Lines>): void {
    Object.assign(this.#lines, lines);
    clearTimeout(this.#held);
    const apply = () => {
      const now = { ...this.#lines };
      this.#world(() => this.#connector.setLines(now));
    };
    const between = this.#lines.dtr && this.#lines.rts && this.#connector.wiring === 'transistor';
    if (between) this.#held = setTimeout(apply, STEP_MS);
    else apply();
  }

  #ended(): void {
    clearTimeout(this.#held);
    this.#world(() => {
      this.#connector.onData = () => {};
      this.#connector.onPlug = () => {};
      this.#connector.setLines({ dtr: false, rts: false });
      this.#bench.release(this.#name);
    });
  }

  #world(act: () => void): void {
    this.#bench.time.soon(act);
  }
}
