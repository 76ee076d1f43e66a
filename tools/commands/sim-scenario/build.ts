import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import { buildScenario, type ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { BuildError, cancelBuilds, closeCompilers } from '../../firmware/index.ts';
import { formatDiagnostics } from '../firmware-diagnostics.ts';
import { BuildProgress } from '../firmware-progress.ts';

/** Exit code of a program that Ctrl-C ended, as shells know it. */
const INTERRUPTED = 130;

/** The images of each scenario, with progress on standard error. @throws Error with diagnostics for what does not compile */
export async function buildAllScenarios(
  scenarios: readonly Scenario[],
  signal: AbortSignal,
): Promise<ScenarioImages[]> {
  const progress = new BuildProgress(process.stderr);
  const onProgress = (event: Parameters<BuildProgress['show']>[0]) =>
    signal.aborted || progress.show(event);
  signal.addEventListener('abort', cancelBuilds);
  try {
    const images: ScenarioImages[] = [];
    for (const scenario of scenarios) {
      images.push(await buildScenario(scenario, { onProgress, signal }));
    }
    return images;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    progress.end();
    throw new Error(formatDiagnostics(error.diagnostics, process.stderr));
  } finally {
    progress.end();
    signal.removeEventListener('abort', cancelBuilds);
    closeCompilers();
  }
}

/** Does `work`; Ctrl-C aborts its signal, and what it throws then only says that it stopped. */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    await work(stop.signal);
    if (stop.signal.aborted) throw new Error('stopped');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('stopped');
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** Ends a run when the signal says so. Beside a view that lets the process hear of it. */
export function stopsWith(signal: AbortSignal): { tick(): void } {
  return {
    tick() {
      if (signal.aborted) throw new Error('stopped');
    },
  };
}
