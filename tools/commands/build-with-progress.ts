import { BuildError, cancelBuilds, closeCompilers, type ProgressEvent } from '../firmware/index.ts';
import { formatDiagnostics } from './firmware-diagnostics.ts';
import { BuildProgress } from './firmware-progress.ts';

/**
 * Does `build` with progress on standard error, until the signal ends it; the compilers go away with it.
 * @throws Error with the compiler's diagnostics
 */
export async function buildWithProgress<T>(
  signal: AbortSignal,
  build: (onProgress: (event: ProgressEvent) => void) => Promise<T>,
): Promise<T> {
  const progress = new BuildProgress(process.stderr);
  signal.addEventListener('abort', cancelBuilds);
  try {
    return await build((event) => signal.aborted || progress.show(event));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    progress.end();
    throw new Error(`the firmware does not compile:\n${formatDiagnostics(error.diagnostics, {})}`);
  } finally {
    progress.end();
    signal.removeEventListener('abort', cancelBuilds);
    closeCompilers();
  }
}
