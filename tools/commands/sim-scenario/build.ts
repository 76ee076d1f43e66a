import type { Scenario } from '../../../simulator/scenario/language/scenario.ts';
import { buildScenario, type ScenarioImages } from '../../../simulator/scenario/run/firmware.ts';
import { buildWithProgress } from '../build-with-progress.ts';

/** The images of each scenario, with progress on standard error. @throws Error with diagnostics for what does not compile */
export function buildAllScenarios(
  scenarios: readonly Scenario[],
  signal: AbortSignal,
): Promise<ScenarioImages[]> {
  return buildWithProgress(signal, async (onProgress) => {
    const images: ScenarioImages[] = [];
    for (const scenario of scenarios) {
      images.push(await buildScenario(scenario, { onProgress, signal }));
    }
    return images;
  });
}

/** Ends a run when the signal says so. Beside a view that lets the process hear of it. */
export function stopsWith(signal: AbortSignal): { tick(): void } {
  return {
    tick() {
      if (signal.aborted) throw new Error('stopped');
    },
  };
}
