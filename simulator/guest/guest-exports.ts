/** What every firmware's HAL exports (simulator/hal/host/host.h, last section). */
const REQUIRED = [
  'memory',
  '__stack_pointer',
  '__data_end',
  '__wasm_call_ctors',
  'hal_start',
  'hal_loop_pass',
  'hal_pauses',
  'hal_heap',
  'hal_task_entry',
  'hal_timer_fire',
  'hal_gpio_isr',
  'hal_edges_left',
  'hal_timer_stack',
  'hal_timer_stack_size',
] as const satisfies readonly (keyof GuestExports)[];

export interface GuestExports {
  memory: WebAssembly.Memory;
  __stack_pointer: WebAssembly.Global;
  __data_end: WebAssembly.Global;
  __wasm_call_ctors: () => void;
  hal_start: () => void;
  hal_loop_pass: () => void;
  hal_pauses: WebAssembly.Global;
  hal_heap: WebAssembly.Global;
  /** Sketches alone have it. */
  hal_comparisons?: WebAssembly.Global;
  hal_task_entry: (id: number) => void;
  hal_timer_fire: (id: number) => void;
  hal_gpio_isr: (pin: number) => void;
  hal_edges_left: WebAssembly.Global;
  hal_timer_stack: WebAssembly.Global;
  hal_timer_stack_size: WebAssembly.Global;
}

/** @throws WebAssembly.LinkError where one is missing, as in an image that another release of the simulator's HAL went into */
export function guestExports({ exports }: WebAssembly.Instance): GuestExports {
  const missing = REQUIRED.find((name) => !(name in exports));
  if (missing === undefined) return exports as unknown as GuestExports;
  throw new WebAssembly.LinkError(
    `the firmware does not have ${missing}, which this simulator asks for: build it again with this release`,
  );
}
