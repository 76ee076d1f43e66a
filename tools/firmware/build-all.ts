import { buildFirmware } from './build.ts';
import type { BuildOptions, BuildResult } from './types.ts';

/** Builds several sketches side by side; they share compiler processes, HAL and library objects. Results
 * come in the order of `list`. Once `signal` is aborted no further one is begun.
 * @throws BuildError of the first that failed, once all have ended */
export async function buildAll(
  list: readonly BuildOptions[],
  { concurrency = 2, signal }: { concurrency?: number; signal?: AbortSignal } = {},
): Promise<BuildResult[]> {
  const results: PromiseSettledResult<BuildResult>[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < list.length && !signal?.aborted) {
      const index = next++;
      [results[index]] = (await Promise.allSettled([buildFirmware(list[index]!)])) as [
        PromiseSettledResult<BuildResult>,
      ];
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, lane));
  signal?.throwIfAborted();
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
