import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { FleetFigures, FleetPlan, Said } from './plan.ts';

/** What a bench says while it works. */
export interface Progress {
  show(line: string): void;
  end(): void;
}

const QUIET_MS = 20_000;

/** On a terminal one line that is written over; elsewhere a line now and then. */
export function progressOn(output: NodeJS.WriteStream): Progress {
  let last = -QUIET_MS;
  return {
    show(line) {
      if (output.isTTY) return void output.write(`\r\x1b[2K${line}`);
      if (performance.now() - last < QUIET_MS) return;
      last = performance.now();
      output.write(`${line}\n`);
    },
    end() {
      if (output.isTTY) output.write('\r\x1b[2K');
    },
  };
}

/** Measures a fleet in a process of its own. `title`: what is shown meanwhile. */
export function runFleet(
  plan: FleetPlan,
  title: string,
  progress: Progress,
): Promise<FleetFigures> {
  const path = join(import.meta.dirname, 'fleet-process.ts');
  const child = fork(path, [JSON.stringify(plan)]);
  let figures: FleetFigures | undefined;
  child.on('message', (said: Said) => {
    if (said.say === 'figures') figures = said.figures;
    else progress.show(`${title}: ${said.what} ${clockOf(said)}`);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      progress.end();
      if (figures) resolve(figures);
      else reject(new Error(`${title}: the process ended with ${signal ?? code}`));
    });
  });
}

function clockOf({ virtualSeconds, wallSeconds }: { virtualSeconds: number; wallSeconds: number }) {
  const speed = virtualSeconds / wallSeconds;
  return `${virtualSeconds.toFixed(0)} s in ${wallSeconds.toFixed(0)} s (${speed.toFixed(1)}×)`;
}
