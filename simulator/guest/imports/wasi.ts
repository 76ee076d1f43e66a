import type { Guest } from '../guest.ts';
import { GuestAbort } from '../panic.ts';
import type { ImportModule } from './index.ts';

const ENOSYS = 52;
const EBADF = 8;

/** The few WASI calls that wasi-libc may still contain; there are no files, arguments or environment behind them. */
export function wasiImports(guest: Guest): ImportModule {
  const memory = () => guest.memory;
  const { host } = guest;
  return {
    fd_write: (fd: number, vectors: number, count: number, written: number) => {
      if (fd !== 1 && fd !== 2) return EBADF;
      let total = 0;
      for (let i = 0; i < count; i++) {
        const length = memory().getU32(vectors + 8 * i + 4);
        host.uart.transmit(host.cpu.now, memory().bytes(memory().getU32(vectors + 8 * i), length));
        total += length;
      }
      memory().putU32(written, total);
      return 0;
    },
    proc_exit: (code: number) => {
      throw new GuestAbort(`exit(${code}) was called`);
    },
    clock_time_get: (_id: number, _precision: bigint, out: number) => {
      memory().view.setBigUint64(out >>> 0, BigInt(host.cpu.sinceBoot) * 1000n, true);
      return 0;
    },
    random_get: (out: number, length: number) => {
      memory().put(
        out,
        Uint8Array.from({ length: length >>> 0 }, () => Math.floor(host.random() * 256)),
      );
      return 0;
    },
    fd_close: () => ENOSYS,
    fd_seek: () => ENOSYS,
    fd_read: () => ENOSYS,
    fd_fdstat_get: () => EBADF,
    environ_sizes_get: (count: number, size: number) => {
      memory().putU32(count, 0);
      memory().putU32(size, 0);
      return 0;
    },
    environ_get: () => 0,
  };
}
