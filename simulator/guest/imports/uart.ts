import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

/** UART0 is the board's console; the others have nothing attached: what is written to them is gone. */
export function uartImports(guest: Guest): ImportModule {
  const { host, memory } = { host: guest.host, memory: () => guest.memory };
  const { uart } = host;
  return {
    begin: (port: number, baud: number) => {
      if (port === 0) uart.hooks.rate?.(baud >>> 0);
    },
    write: (port: number, data: number, length: number) => {
      if (port === 0) uart.transmit(host.cpu.now, memory().bytes(data, length));
    },
    available: (port: number) => (port === 0 ? uart.available : 0),
    read: (port: number, out: number, capacity: number) => {
      if (port !== 0) return 0;
      guest.passes.worked = true;
      const bytes = uart.take(capacity >>> 0);
      memory().put(out, bytes);
      return bytes.length;
    },
    peek: (port: number) => (port === 0 ? uart.peek() : -1),
  };
}
