import type { Guest } from '../guest.ts';
import { coreImports } from './core.ts';
import { fsImports } from './fs.ts';
import { gpioImports } from './gpio.ts';
import { meshImports } from './mesh.ts';
import { nvsImports } from './nvs.ts';
import { otaImports } from './ota.ts';
import { partitionImports } from './partition.ts';
import { taskImports } from './task.ts';
import { tcpImports } from './tcp.ts';
import { timerImports } from './timer.ts';
import { uartImports } from './uart.ts';
import { updateImports } from './update.ts';
import { wasiImports } from './wasi.ts';
import { wifiImports } from './wifi.ts';

/** Import functions take and give numbers; those that block are marked with `suspending`. */
// biome-ignore lint/suspicious/noExplicitAny: each function has its own number of numeric parameters
export type ImportFunction = (...args: any[]) => unknown;
export type ImportModule = Record<string, ImportFunction | object>;

/** Marks an import that may suspend the calling task (JSPI). */
export function suspending(run: ImportFunction): object {
  return new WebAssembly.Suspending(run);
}

const MODULES: Record<string, (guest: Guest) => ImportModule> = {
  core: coreImports,
  task: taskImports,
  timer: timerImports,
  gpio: gpioImports,
  uart: uartImports,
  ota: (guest) => ({ ...partitionImports(guest), ...otaImports(guest) }),
  update: updateImports,
  nvs: nvsImports,
  fs: fsImports,
  wifi: wifiImports,
  tcp: tcpImports,
  mesh: meshImports,
  wasi_snapshot_preview1: wasiImports,
};

/** The import object that a module asks for. @throws WebAssembly.LinkError naming what this simulator does not have */
export function createImports(module: WebAssembly.Module, guest: Guest): WebAssembly.Imports {
  const imports: Record<string, ImportModule> = {};
  for (const { module: name, name: field } of WebAssembly.Module.imports(module)) {
    imports[name] ??= MODULES[name]?.(guest) ?? {};
    if (!(field in imports[name])) {
      throw new WebAssembly.LinkError(
        `the firmware asks for ${name}.${field}, which this simulator does not have`,
      );
    }
  }
  return imports as WebAssembly.Imports;
}
