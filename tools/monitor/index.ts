/** The console of a board: lines, filters, crash reports with names, and the session of `ota monitor`. */
export { parseFilter } from './filter.ts';
export { type Advice, BoardHealth } from './health.ts';
export { Keyboard } from './keys.ts';
export type { ConsoleLine } from './lines.ts';
export { LogFile } from './log-file.ts';
export type { Trouble, TroubleKind } from './panic.ts';
export { ConsoleReader } from './reader.ts';
export { Monitor, type MonitorEnd, type MonitorEvent, type MonitorOptions } from './session.ts';
export type { Frame, Symbolizer } from './symbols/frame.ts';
export { imageSymbols, openSymbols } from './symbols/open.ts';
export { STAMPS, type Stamp } from './timestamp.ts';
export { namesOf, traceLines } from './trace.ts';
export { patternOf } from './watch.ts';
