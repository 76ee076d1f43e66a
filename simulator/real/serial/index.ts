export { SerialBench, type SerialBenchOptions, type SimBoardSpec } from './bench.ts';
