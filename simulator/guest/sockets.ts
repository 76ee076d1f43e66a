import { certificateFlags, type Verifier } from '../net/certificate.ts';
import type { TcpEnd } from '../net/tcp.ts';
import type { DialResult } from '../net/wifi-device.ts';
import type { Guest } from './guest.ts';
import type { GuestTask } from './task-scheduler.ts';

interface Socket {
  end: TcpEnd;
  received: Uint8Array[];
  /** Of the first of them, how much has been read. */
  taken: number;
  buffered: number;
  closed: boolean;
  /** It broke instead of being closed. */
  reset: boolean;
  /** What was dialled. */
  host: string;
  port: number;
  waiting: ((readable: number) => void) | undefined;
}

/** An ESP32 at 240 MHz verifying one certificate chain and agreeing on a key, roughly. */
const HANDSHAKE_US = 900_000;

const LF = 10;

/** Answers of host_tcp_connect that are no descriptor. */
const DIAL_ERROR = { refused: -1, timeout: -2, 'no-network': -3, 'no-such-host': -4 } as const;

/** lwIP sockets that a sketch opens over its station. */
export class Sockets {
  readonly #guest: Guest;
  readonly #open = new Map<number, Socket>();
  #next = 1;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  connect(host: string, port: number, timeoutUs: number): Promise<unknown> {
    const guest = this.#guest;
    const { radio, cpu, kernel } = guest.host;
    return guest.scheduler.suspend((task) => {
      let over = false;
      const finish = (result: number) => {
        over = true;
        kernel.cancel(deadline);
        guest.resumeAt(kernel.now, task, result);
      };
      const deadline = guest.at(cpu.in(timeoutUs), () => finish(DIAL_ERROR.timeout));
      radio.dial(host, port, (result: DialResult) => {
        if (guest.dead || over) return 'end' in result ? result.end.close() : undefined;
        finish('end' in result ? this.#adopt(result.end, host, port) : DIAL_ERROR[result.error]);
      });
    });
  }

  /** What waits to be acknowledged or read. */
  heapBytes(): number {
    let sum = 0;
    for (const { end, buffered } of this.#open.values()) sum += end.inFlight + buffered;
    return sum;
  }

  write(fd: number, bytes: Uint8Array): number {
    const socket = this.#open.get(fd);
    if (!socket || socket.closed) return -1;
    return socket.end.write(bytes.subarray(0, socket.end.sendSpace));
  }

  available(fd: number): number {
    return this.#open.get(fd)?.buffered ?? 0;
  }

  /** Bytes that wait up to the first line end, this included; all of them where there is none. */
  lineLength(fd: number): number {
    const socket = this.#open.get(fd);
    let length = 0;
    let from = socket?.taken ?? 0;
    for (const bytes of socket?.received ?? []) {
      const end = bytes.indexOf(LF, from);
      if (end >= 0) return length + end + 1 - from;
      length += bytes.length - from;
      from = 0;
    }
    return length;
  }

  /** Puts what has come, up to `most` bytes, into `out` from `at` on; how many, or -1 when it is closed and drained. */
  read(fd: number, out: Uint8Array, at: number, most: number): number {
    const socket = this.#open.get(fd);
    if (!socket || (socket.closed && socket.buffered === 0)) return -1;
    const count = Math.min(most, socket.buffered);
    for (let done = 0; done < count; ) {
      const head = socket.received[0]!;
      const { taken } = socket;
      const take = Math.min(head.length - taken, count - done);
      // Firmware of its own making may read lines byte by byte.
      if (take === 1) out[at + done] = head[taken]!;
      else out.set(head.subarray(taken, taken + take), at + done);
      done += take;
      socket.taken += take;
      if (socket.taken < head.length) break;
      socket.received.shift();
      socket.taken = 0;
    }
    socket.buffered -= count;
    return count;
  }

  peek(fd: number): number {
    const socket = this.#open.get(fd);
    return socket?.received[0]?.[socket.taken] ?? -1;
  }

  /** 1 readable, 0 timed out, -1 closed and drained. */
  wait(fd: number, timeoutUs: number): number | Promise<unknown> {
    const socket = this.#open.get(fd);
    if (!socket) return -1;
    if (socket.buffered > 0) return 1;
    if (socket.closed) return -1;
    const guest = this.#guest;
    return guest.scheduler.suspend((task: GuestTask) => {
      const resume = (result: number) => {
        socket.waiting = undefined;
        guest.host.kernel.cancel(deadline);
        guest.resumeAt(guest.host.kernel.now, task, result);
      };
      const deadline = guest.at(guest.host.cpu.in(timeoutUs), () => resume(0));
      socket.waiting = resume;
    });
  }

  connected(fd: number): boolean {
    const socket = this.#open.get(fd);
    return socket !== undefined && (!socket.closed || socket.buffered > 0);
  }

  wasReset(fd: number): boolean {
    return this.#open.get(fd)?.reset ?? false;
  }

  /**
   * A TLS handshake as policy: 0 good, > 0 MBEDTLS_X509_BADCERT_ flags, -1 closed, -2 timed out, -3 no TLS there. It takes the round
   * trips and the chip's time for the mathematics.
   */
  handshake(fd: number, verifier: Verifier, timeoutUs: number): number | Promise<unknown> {
    const socket = this.#open.get(fd);
    if (!socket || socket.closed) return -1;
    const { radio, kernel, cpu } = this.#guest.host;
    const access = radio.association?.accessPoint;
    const certificate = access?.certificate?.(socket.host, socket.port);
    const latency = access ? radio.medium.link(radio.name, access.name).latency : 0;
    const time = HANDSHAKE_US + 4 * latency;
    return this.#guest.scheduler.suspend((task) => {
      const done = Math.min(time, timeoutUs);
      this.#guest.at(cpu.now + done, () => {
        const answer = () => {
          if (socket.closed) return -1;
          if (time > timeoutUs) return -2;
          return certificate ? certificateFlags(certificate, verifier) : -3;
        };
        this.#guest.resumeAt(kernel.now, task, answer());
      });
    });
  }

  close(fd: number): void {
    const socket = this.#open.get(fd);
    this.#open.delete(fd);
    socket?.end.close();
  }

  #adopt(end: TcpEnd, host: string, port: number): number {
    const socket: Socket = {
      end,
      received: [],
      taken: 0,
      buffered: 0,
      closed: false,
      reset: false,
      host,
      port,
      waiting: undefined,
    };
    const fd = this.#next++;
    this.#open.set(fd, socket);
    end.ahead = () => this.#guest.host.cpu.ahead;
    end.onData = (bytes) => {
      socket.received.push(bytes);
      socket.buffered += bytes.length;
      socket.waiting?.(1);
      this.#guest.wake();
    };
    end.onClosed = (reset) => {
      socket.closed = true;
      socket.reset = reset;
      socket.waiting?.(socket.buffered > 0 ? 1 : -1);
      this.#guest.wake();
    };
    return fd;
  }
}
