import type { SetOptions } from '@serialport/bindings-interface';
import type { SerialFaults } from '../../board/serial-rom/faults.ts';
import type { SerialBenchOptions, SimBoardSpec } from './bench.ts';

/** What the thread of a SerialWorker is started with. */
export interface WorkerStart {
  options: SerialBenchOptions & { boards: SimBoardSpec[]; seed?: string };
}

/** Asked of the thread; each is answered once, in any order. */
export type WorkerRequest =
  | { do: 'list' }
  | { do: 'open'; path: string; baudRate: number }
  | { do: 'close'; path: string }
  | { do: 'write'; path: string; data: Uint8Array }
  | { do: 'update'; path: string; baudRate: number }
  | { do: 'set'; path: string; lines: SetOptions }
  | { do: 'flush'; path: string }
  | { do: 'drain'; path: string }
  | { do: 'flash'; name: string }
  | { do: 'load'; name: string; flash: Uint8Array }
  | { do: 'wire'; name: string }
  | { do: 'faults'; name: string; faults: SerialFaults }
  | { do: 'plug'; name: string; plugged: boolean }
  | { do: 'end' };

export interface WorkerAnswer {
  id: number;
  value?: unknown;
  error?: { message: string; canceled: boolean };
}

/** Bytes of a port, or its end, unasked. */
export type WorkerEvent =
  | { path: string; data: Uint8Array }
  | { path: string; lost: { message: string; canceled: boolean } };

/** How many bytes went over a board's line since it was made. */
export interface WireCount {
  toChip: number;
  toHost: number;
}
