/** Boards over serial ports, from one door. */
export * from './flasher/checks.ts';
export * from './flasher/deflate-cache.ts';
export * from './flasher/deflater.ts';
export * from './flasher/input.ts';
export * from './flasher/regions.ts';
export * from './flasher/resolve.ts';
export * from './flasher/run.ts';
export * from './link.ts';
export * from './loader/board.ts';
export * from './loader/connect.ts';
export * from './loader/revision.ts';
export { BEFORE_MODES, type BeforeMode, type SyncOptions } from './loader/sync.ts';
export * from './ports/list.ts';
export * from './ports/open.ts';
export * from './reset/sequence.ts';
export * from './trouble.ts';
