import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A simulated board in another process. */
export interface BenchBoard {
  /** rfc2217://127.0.0.1:… */
  url: string;
  stop(): Promise<void>;
}

/** A fresh board, its flash erased, its line paced at the true rate. */
export async function startBoard(chip = 'esp32'): Promise<BenchBoard> {
  const script = fileURLToPath(new URL('./board-process.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, chip], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout!, 'data');
  return {
    url: String(line).trim(),
    async stop() {
      const ended = once(child, 'exit');
      child.stdin!.end();
      await ended;
    },
  };
}
