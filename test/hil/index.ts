/** Tests that run on simulated boards, and with OTA_BENCH=hardware on real ones: `import { test, expect } from 'esp-ota-bench/hil'`. */
export { expect } from 'vitest';
export { type BenchConfigInput, defineBench, type FirmwareSpec } from './config.ts';
export type { DeskServer, Firmware } from './desk.ts';
export { benchKind, test } from './fixtures.ts';
export type { BoardExpectOptions, FlashOptions, HilBoard, OtadataState } from './hil-board.ts';
export type { Limits, Measure } from './measure.ts';
export type { ExpectOptions, Match, Pattern } from './output.ts';
export { BoardTrouble } from './trouble.ts';
