import { createServer, type Server, type Socket } from 'node:net';
import {
  COM_PORT,
  CONTROL,
  comPortMessage,
  escapeTelnet,
  OPTION,
  optionMessage,
  SERVER_OFFSET,
  TELNET,
  TelnetDecoder,
  type TelnetEvent,
} from '../../../tools/formats/rfc2217.ts';
import type { SerialConnector } from '../../board/serial-rom/connector.ts';
import type { Lines } from '../../board/serial-rom/reset-wiring.ts';
import type { SerialBench } from './bench.ts';
import { claimSoon, type Door, give, listen, type Place, placeOf, take } from './door.ts';

const LINES: Record<number, Partial<Lines>> = {
  [CONTROL.DTR_ON]: { dtr: true },
  [CONTROL.DTR_OFF]: { dtr: false },
  [CONTROL.RTS_ON]: { rts: true },
  [CONTROL.RTS_OFF]: { rts: false },
};
const KNOWN_OPTIONS: readonly number[] = [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD, OPTION.COM_PORT];
/** A state that is only a step between two others ends well before, ms. */
const STEP_MS = 300;

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
    const telnet = new TelnetDecoder();
    socket.on('data', (data: Uint8Array) => {
      for (const event of telnet.push(data)) this.#heard(event);
    });
    socket.resume();
    socket.on('error', () => {});
    socket.once('close', () => this.#ended());
    this.#world(() => {
      connector.onData = (bytes) => give(socket, escapeTelnet(bytes));
      connector.onPlug = (plugged) => {
        if (!plugged) socket.destroy();
      };
      connector.setBaud(115_200);
      if (!connector.plugged) socket.destroy();
    });
    for (const option of [OPTION.BINARY, OPTION.SUPPRESS_GO_AHEAD]) {
      socket.write(optionMessage(TELNET.WILL, option));
      socket.write(optionMessage(TELNET.DO, option));
    }
    socket.write(optionMessage(TELNET.DO, OPTION.COM_PORT));
  }

  #heard(event: TelnetEvent): void {
    if (event.kind === 'option') this.#negotiate(event.verb, event.option);
    else if (event.kind === 'com-port') this.#comPort(event.command, event.value);
    else {
      const { bytes } = event;
      this.#world(() => take(this.#bench.time, this.#connector, this.#socket, bytes));
    }
  }

  /** Offers answer our own orders; only what we did not ask for needs an answer. */
  #negotiate(verb: number, option: number): void {
    const say = (answer: number) => this.#socket.write(optionMessage(answer, option));
    const known = KNOWN_OPTIONS.includes(option);
    if (verb === TELNET.WILL && !known) say(TELNET.DONT);
    if (verb === TELNET.DO && option === OPTION.COM_PORT) say(TELNET.WILL);
    if (verb === TELNET.DO && !known) say(TELNET.WONT);
  }

  #comPort(command: number, value: Uint8Array): void {
    const answer = (bytes: Uint8Array) =>
      this.#socket.write(comPortMessage(command + SERVER_OFFSET, bytes));
    if (command === COM_PORT.SIGNATURE) {
      if (value.length === 0) answer(new TextEncoder().encode(`esp-ota-bench ${this.#name}`));
    } else if (command === COM_PORT.SET_BAUDRATE && value.length === 4) {
      const asked = new DataView(value.buffer, value.byteOffset).getUint32(0);
      if (asked > 0) this.#baud = asked;
      this.#world(() => this.#connector.setBaud(this.#baud));
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, this.#baud);
      answer(bytes);
    } else if (command === COM_PORT.SET_CONTROL && value.length === 1) {
      const lines = LINES[value[0]!];
      if (lines) this.#setLines(lines);
      // A question (0, 4, 7, 10, 13) is answered with the state.
      answer(Uint8Array.of(lines ? value[0]! : this.#controlState(value[0]!)));
    } else if (command === COM_PORT.PURGE_DATA) {
      this.#world(() => {
        if (value[0] !== 1) this.#connector.flush();
      });
      answer(value);
    } else if (command <= COM_PORT.PURGE_DATA) answer(value);
  }

  #controlState(question: number): number {
    if (question === 7) return this.#lines.dtr ? CONTROL.DTR_ON : CONTROL.DTR_OFF;
    if (question === 10) return this.#lines.rts ? CONTROL.RTS_ON : CONTROL.RTS_OFF;
    return question === 0 || question === 13 ? CONTROL.NO_FLOW : question;
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
