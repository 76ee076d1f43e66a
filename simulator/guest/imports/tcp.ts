import type { Guest } from '../guest.ts';
import { type ImportModule, suspending } from './index.ts';

export function tcpImports(guest: Guest): ImportModule {
  const { sockets } = guest.binding;
  const memory = () => guest.memory;
  const read = (fd: number, out: number, capacity: number, waiting: number) => {
    const most = Math.min(capacity >>> 0, waiting);
    const count = sockets.read(fd, memory().room(out, most), out >>> 0, most);
    guest.passes.worked ||= count > 0;
    return count;
  };
  return {
    connect: suspending((host: number, length: number, port: number, timeoutUs: number) => {
      guest.passes.worked = true;
      return sockets.connect(memory().text(host, length), port, timeoutUs);
    }),
    write: (fd: number, data: number, length: number) => {
      guest.passes.worked = true;
      return sockets.write(fd, memory().bytes(data, length));
    },
    available: (fd: number) => sockets.available(fd),
    read: (fd: number, out: number, capacity: number) =>
      read(fd, out, capacity, sockets.available(fd)),
    read_line: (fd: number, out: number, capacity: number) =>
      read(fd, out, capacity, sockets.lineLength(fd)),
    peek: (fd: number) => sockets.peek(fd),
    wait: suspending((fd: number, timeoutUs: number) => sockets.wait(fd, timeoutUs)),
    connected: (fd: number) => (sockets.connected(fd) ? 1 : 0),
    reset: (fd: number) => (sockets.wasReset(fd) ? 1 : 0),
    handshake: suspending(
      (
        fd: number,
        name: number,
        n: number,
        ca: number,
        m: number,
        now: number,
        timeoutUs: number,
      ) => {
        const verifier = { name: memory().text(name, n), ca: memory().text(ca, m), now };
        return sockets.handshake(fd, verifier, timeoutUs);
      },
    ),
    close: (fd: number) => sockets.close(fd),
  };
}
