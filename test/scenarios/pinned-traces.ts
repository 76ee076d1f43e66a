import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The hash that a scenario's trace has, with the seed that it was made with, and why it has moved there. */
export interface PinnedTrace {
  seed: string;
  trace: string;
  /** What changed when it was moved last, in a sentence. */
  because: string;
}

export const PINS_PATH = join(import.meta.dirname, 'trace-hashes.json');
/** How a pin is moved. */
export const PIN_COMMAND = 'npm run pin -- "WHAT CHANGED, AND WHY"';

/** By the file's name in the library. */
export function readPins(): Map<string, PinnedTrace> {
  return new Map(Object.entries(JSON.parse(readFileSync(PINS_PATH, 'utf8'))));
}

/** What to do about a run whose trace has another hash than the pinned one; undefined where it has that or none is pinned. */
export function movedPin(file: string, trace: string): string | undefined {
  const pin = readPins().get(file);
  if (!pin || pin.trace === trace) return undefined;
  return (
    `${file} (seed ${pin.seed}) has the trace ${trace}, and ${pin.trace} is pinned: something behaves differently. ` +
    `Where that is meant, move the pin with ${PIN_COMMAND}, and say in the commit what changed.`
  );
}
