import type { Socket } from 'node:net';
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
} from '../../formats/rfc2217.ts';
import type { LineState } from '../link.ts';
import { LinkBase, unplugged } from '../link-base.ts';
import { SerialError } from '../trouble.ts';
import { connectTo, type HostPort, writeTo } from './socket-link.ts';

const ANSWER_MS = 5000;
/** A server need not know SIGNATURE, and nothing is lost without it. */
const SIGNATURE_MS = 250;
/** What the serial server of simulated boards says of itself. */
const VIRTUAL = /^esp-ota-bench\b/;

interface Wait {
  command: number;
  value?: number;
  done: (value: Uint8Array) => void;
}

/** A port on another machine, by RFC 2217: `rfc2217://host:port`. */
export class Rfc2217Link extends LinkBase {
  readonly #socket: Socket;
  readonly #decoder = new TelnetDecoder();
  #waits: Wait[] = [];
  #agreed: (() => void) | undefined;
  #lines: LineState | undefined;

  private constructor(name: string, socket: Socket, baudRate: number) {
    super({ name, kind: 'rfc2217', isVirtual: false, baudRate });
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#arrived(bytes));
    socket.on('error', (error) => this.closed(unplugged(name, error)));
    socket.on('close', () => this.closed(unplugged(name)));
  }

  /** @throws SerialError `port-missing`; `port-busy` where the server hangs up; `port-address` where the server speaks no RFC 2217 */
  static async open(name: string, address: HostPort, baudRate: number): Promise<Rfc2217Link> {
    const link = new Rfc2217Link(name, await connectTo(name, address), baudRate);
    try {
      await link.#negotiate();
      await link.#set(COM_PORT.SET_BAUDRATE, word(baudRate));
      await link.#set(COM_PORT.SET_DATASIZE, Uint8Array.of(8));
      await link.#set(COM_PORT.SET_PARITY, Uint8Array.of(1));
      await link.#set(COM_PORT.SET_STOPSIZE, Uint8Array.of(1));
      await link.#set(COM_PORT.SET_CONTROL, Uint8Array.of(CONTROL.NO_FLOW));
      link.isVirtual = VIRTUAL.test(await link.#signature());
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  async #negotiate(): Promise<void> {
    const agreed = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#noSuchServer()), ANSWER_MS);
      const off = this.onClose((error) => {
        clearTimeout(timer);
        reject(hungUp(this.name, error));
      });
      this.#agreed = () => {
        clearTimeout(timer);
        off();
        resolve();
      };
    });
    agreed.catch(() => {});
    await writeTo(
      this,
      this.#socket,
      Buffer.concat([
        optionMessage(TELNET.WILL, OPTION.BINARY),
        optionMessage(TELNET.DO, OPTION.BINARY),
        optionMessage(TELNET.DO, OPTION.SUPPRESS_GO_AHEAD),
        optionMessage(TELNET.WILL, OPTION.COM_PORT),
      ]),
    );
    await agreed;
  }

  async #signature(): Promise<string> {
    const answer = this.#answer(COM_PORT.SIGNATURE, undefined, SIGNATURE_MS);
    await this.#request(COM_PORT.SIGNATURE, new Uint8Array(0));
    return Buffer.from((await answer) ?? []).toString('latin1');
  }

  protected send(bytes: Uint8Array): Promise<void> {
    return writeTo(this, this.#socket, escapeTelnet(bytes));
  }

  /** Only what changes, as each change is a round trip. The line that resets comes first when it falls,
   * so that the boot mode is set while the chip is held. */
  protected async applySignals({ dtr, rts }: LineState): Promise<void> {
    const before = this.#lines;
    this.#lines = { dtr, rts };
    const codes: number[] = [];
    if (before?.rts !== rts && rts) codes.push(CONTROL.RTS_ON);
    if (before?.dtr !== dtr) codes.push(dtr ? CONTROL.DTR_ON : CONTROL.DTR_OFF);
    if (before?.rts !== rts && !rts) codes.push(CONTROL.RTS_OFF);
    // Sent together: two-transistor circuits cannot stand a round trip between the two changes.
    const answers = codes.map((code) => this.#answer(COM_PORT.SET_CONTROL, code, ANSWER_MS));
    const requests = codes.map((code) => comPortMessage(COM_PORT.SET_CONTROL, Uint8Array.of(code)));
    await writeTo(this, this.#socket, Buffer.concat(requests));
    for (const answer of answers) {
      if (!(await answer)) throw this.#silent('its control lines');
    }
  }

  protected async applyBaudRate(baudRate: number): Promise<void> {
    await this.#set(COM_PORT.SET_BAUDRATE, word(baudRate));
  }

  protected async release(): Promise<void> {
    this.#socket.end();
    this.#socket.destroySoon();
  }

  async #set(command: number, value: Uint8Array): Promise<void> {
    const answer = this.#answer(command, undefined, ANSWER_MS);
    await this.#request(command, value);
    if (!(await answer)) throw this.#silent(`setting ${command}`);
  }

  #request(command: number, value: Uint8Array): Promise<void> {
    return writeTo(this, this.#socket, comPortMessage(command, value));
  }

  /** The server's answer to a command; undefined after a while without one. */
  #answer(command: number, value: number | undefined, ms: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(undefined), ms);
      const off = this.onClose(() => finish(undefined));
      const wait: Wait = {
        command: command + SERVER_OFFSET,
        value,
        done: (bytes) => finish(bytes),
      };
      const finish = (bytes: Uint8Array | undefined) => {
        clearTimeout(timer);
        off();
        this.#waits = this.#waits.filter((other) => other !== wait);
        resolve(bytes);
      };
      this.#waits.push(wait);
    });
  }

  #arrived(bytes: Uint8Array): void {
    for (const event of this.#decoder.push(bytes)) {
      if (event.kind === 'data') this.received(event.bytes);
      else if (event.kind === 'option') this.#option(event.verb, event.option);
      else {
        const { command, value } = event;
        this.#waits
          .find((wait) => wait.command === command && (wait.value ?? value[0]) === value[0])
          ?.done(value);
      }
    }
  }

  #option(verb: number, option: number): void {
    if (option === OPTION.COM_PORT) {
      if (verb === TELNET.DO || verb === TELNET.WILL) this.#agreed?.();
      return;
    }
    if (option === OPTION.BINARY || option === OPTION.SUPPRESS_GO_AHEAD) return;
    // What else a server offers is declined.
    const answer =
      verb === TELNET.DO ? TELNET.WONT : verb === TELNET.WILL ? TELNET.DONT : undefined;
    if (answer !== undefined) this.#socket.write(optionMessage(answer, option));
  }

  #silent(what: string): SerialError {
    return new SerialError('port-failed', `${this.name} did not answer about ${what}`);
  }

  #noSuchServer(): SerialError {
    return new SerialError('port-address', `${this.name} does not speak RFC 2217`, {
      hint: 'for a raw TCP port write socket:// instead of rfc2217://',
    });
  }
}

/** The option's numbers are big-endian. */
function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A server with one port serves one client, and hangs up on a second. */
function hungUp(name: string, cause: unknown): SerialError {
  return new SerialError('port-busy', `the server of ${name} hung up at once`, {
    hint: 'another program may be using the port, as such a server takes one client at a time; or no board is plugged in there',
    cause,
  });
}
