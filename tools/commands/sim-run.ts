import { createHash } from 'node:crypto';
import { StoryStopped } from '../../simulator/scenario/mesh-update/story.ts';
import type { StoryDisplay } from './sim-display.ts';

/** Exit code of a program that Ctrl-C ended, as shells know it. */
const INTERRUPTED = 130;

/** Runs a story until it ends or somebody stops the program. */
export async function interruptible(
  display: StoryDisplay,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    await run(stop.signal);
  } catch (error) {
    display.end();
    if (!(error instanceof StoryStopped) && !stop.signal.aborted) throw error;
    console.error('stopped');
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** Secrets of a run come from its seed, so that two runs send the same bytes. */
export function secretOf(seed: string, name: string): string {
  return createHash('sha256').update(`${name} of ${seed}`).digest('hex');
}
