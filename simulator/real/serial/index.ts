export { SerialBench, type SerialBenchOptions, type SimBoardSpec } from './bench.ts';
export type { Door, Place } from './door.ts';
export { serveSocket } from './raw-socket.ts';
export { serveRfc2217 } from './rfc2217.ts';
