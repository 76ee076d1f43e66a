export { type NamedBoard, parseBoardAddress, parseFault } from './address.ts';
export { SerialBench, type SerialBenchOptions, type SimBoardSpec } from './bench.ts';
export type { Door, Place } from './door.ts';
export { FlashFile } from './flash-file.ts';
export { NamedBoards, simBinding } from './named-boards.ts';
export { findSocat, servePty } from './pty.ts';
export { serveSocket } from './raw-socket.ts';
export { serveRfc2217 } from './rfc2217.ts';
