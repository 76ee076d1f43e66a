import { appendFileSync, writeFileSync } from 'node:fs';
import type { TraceEntry } from '../../../simulator/real/frame-trace.ts';

/**
 * Begins a file of frames, a line of JSON each; what was in it is gone. Where a line cannot be written the trace ends with a
 * sentence on standard error, and the command goes on: an update is worth more than its record.
 * @throws Error a sentence: the file cannot be made
 */
export function traceFile(file: string): (entry: TraceEntry) => void {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw new Error(`the trace cannot be written: ${file}: ${(error as Error).message}`);
  }
  let ended = false;
  return (entry) => {
    if (ended) return;
    try {
      appendFileSync(file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      ended = true;
      console.error(`ota: the trace ends here: ${file}: ${(error as Error).message}`);
    }
  };
}
