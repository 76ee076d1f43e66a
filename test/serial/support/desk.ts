import {
  SerialBench,
  type SerialBenchOptions,
  type SimBoardSpec,
} from '../../../simulator/real/serial/index.ts';
import type { SerialLink } from '../../../tools/serial/link.ts';
import type { Board } from '../../../tools/serial/loader/board.ts';
import { type ConnectOptions, connectBoard } from '../../../tools/serial/loader/connect.ts';
import { openPort } from '../../../tools/serial/ports/open.ts';

/** A simulated board, its port open. */
export interface Desk {
  bench: SerialBench;
  link: SerialLink;
  /** Into download mode, ready for work. */
  connect(options?: ConnectOptions): Promise<Board>;
  close(): Promise<void>;
}

export async function openDesk(
  spec: Partial<SimBoardSpec> = {},
  options: SerialBenchOptions = {},
): Promise<Desk> {
  const bench = SerialBench.open({ boards: [{ name: 'a', ...spec }], ...options });
  const link = await openPort('sim://a', { bindings: { sim: bench.binding } });
  return {
    bench,
    link,
    connect: (how) => connectBoard(link, how),
    async close() {
      await link.close();
      await bench.close();
    },
  };
}

/** Bytes that compress somewhat, the same for the same seed. */
export function sample(size: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return i % 3 === 0 ? state >>> 24 : (state >>> 29) * 3;
  });
}
