/** What stops a program from outside: Ctrl-C, and the system. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;
/** Exit code of a program that Ctrl-C ended, as shells know it. */
export const INTERRUPTED = 130;

/** Does `work`; Ctrl-C aborts its signal, and what it throws then only says that it stopped. */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  for (const signal of INTERRUPTS) process.once(signal, onInterrupt);
  try {
    await work(stop.signal);
    if (stop.signal.aborted) throw new Error('stopped');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('stopped');
    process.exitCode = INTERRUPTED;
  } finally {
    for (const signal of INTERRUPTS) process.off(signal, onInterrupt);
  }
}
