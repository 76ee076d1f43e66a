import { connect, type Socket } from 'node:net';
import { LinkBase, unplugged } from '../link-base.ts';
import { SerialError } from '../trouble.ts';

const CONNECT_MS = 10_000;

export interface HostPort {
  host: string;
  port: number;
}

/** Raw bytes over TCP: `socket://host:port`. It has no lines and no baud rate. */
export class SocketLink extends LinkBase {
  readonly #socket: Socket;

  constructor(name: string, socket: Socket, baudRate: number) {
    super({ name, kind: 'socket', isVirtual: false, baudRate });
    this.hasLines = false;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    socket.on('error', (error) => this.closed(unplugged(name, error)));
    socket.on('close', () => this.closed(unplugged(name)));
  }

  /** @throws SerialError `port-missing` */
  static async open(name: string, address: HostPort, baudRate: number): Promise<SocketLink> {
    return new SocketLink(name, await connectTo(name, address), baudRate);
  }

  protected send(bytes: Uint8Array): Promise<void> {
    return writeTo(this, this.#socket, bytes);
  }

  protected async applySignals(): Promise<void> {}

  /** Whoever holds the other end sets the rate: nothing to do here. */
  protected async applyBaudRate(): Promise<void> {}

  protected async release(): Promise<void> {
    this.#socket.destroy();
  }
}

/** A socket's write callback may never come when the peer goes away: closing ends the wait as well. */
export function writeTo(link: LinkBase, socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = link.onClose((error) => reject(error ?? unplugged(link.name)));
    socket.write(bytes, (error) => {
      off();
      if (error) reject(unplugged(link.name, error));
      else resolve();
    });
  });
}

/** @throws SerialError `port-missing`, naming what did not answer */
export function connectTo(name: string, { host, port }: HostPort): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(
        new SerialError('port-missing', `${name} cannot be reached: ${why}`, {
          hint: 'is the serial server running there, and the address right?',
          cause,
        }),
      );
    };
    const late = () => fail(`no answer within ${CONNECT_MS / 1000} s`);
    socket.setTimeout(CONNECT_MS, late);
    socket.once('error', (error: NodeJS.ErrnoException) => fail(reason(error), error));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  return message || code || 'the connection failed';
}
