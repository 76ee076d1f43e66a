import { INTERRUPTED, INTERRUPTS } from '../support/interrupt.ts';

/**
 * Lets `work` come to its end before Ctrl-C takes effect: between the erase and the write of a sector there is nothing to go back to.
 * An interrupt that came meanwhile is told afterwards, and decides the exit code.
 */
export async function holdInterrupts<T>(what: string, work: () => Promise<T>): Promise<T> {
  let came = false;
  const note = () => {
    if (!came) console.error(`ota: ${what} comes to its end first`);
    came = true;
  };
  for (const signal of INTERRUPTS) process.on(signal, note);
  try {
    return await work();
  } finally {
    for (const signal of INTERRUPTS) process.off(signal, note);
    if (came) process.exitCode = INTERRUPTED;
  }
}
