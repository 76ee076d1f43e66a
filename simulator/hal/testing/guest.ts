/** The smallest host that can run a guest: virtual time, cooperative tasks on JSPI stacks, and imports given by the test.
 * It exists so that the HAL is tested without the simulator; simulator/guest is the real host. */

/** Imports that may suspend the calling task, "module.name" (the lines marked (S) in host.h). */
const SUSPENDING = new Set([
  'core.delay',
  'core.budget',
  'core.restart',
  'core.sntp',
  'task.exit',
  'task.wait',
  'tcp.connect',
  'tcp.wait',
  'tcp.handshake',
]);

/** Virtual time that one loop() pass costs, µs. */
const LOOP_US = 500;

export type HostFunction = (...args: number[]) => number | undefined | Promise<number | undefined>;
export type HostFunctions = Record<string, HostFunction>;

interface Blocked {
  wake: number;
  channel: number | undefined;
  resume: (notified: number) => void;
  stackPointer: number;
}

/** Thrown when the guest panics or restarts; ends its run. */
export class GuestEnd extends Error {
  override name = 'GuestEnd';
}

// JSPI is not in TypeScript's library yet.
const jspi = WebAssembly as unknown as {
  Suspending: new (f: unknown) => WebAssembly.ImportValue;
  promising: (f: unknown) => (...args: number[]) => Promise<unknown>;
};

export class TestGuest {
  /** µs since boot. */
  now = 0;
  serial = '';
  readonly #module: WebAssembly.Module;
  readonly #host: HostFunctions;
  readonly #blocked = new Set<Blocked>();
  readonly #timers = new Map<number, { at: number; period: number }>();
  #instance: WebAssembly.Instance | undefined;
  #task = 0;
  #failure: unknown;

  constructor(wasm: Uint8Array, host: HostFunctions = {}) {
    this.#module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
    this.#host = host;
  }

  get bytes(): Uint8Array {
    return new Uint8Array((this.#exports.memory as WebAssembly.Memory).buffer);
  }
  text(pointer: number, length: number): string {
    return new TextDecoder().decode(this.bytes.slice(pointer, pointer + length));
  }
  put(pointer: number, data: Uint8Array): void {
    this.bytes.set(data, pointer);
  }
  word(pointer: number, value: number): void {
    new DataView(this.bytes.buffer).setUint32(pointer, value, true);
  }
  get importModules(): string[] {
    return [...new Set(WebAssembly.Module.imports(this.#module).map((i) => i.module))].sort();
  }

  /** Boots, runs setup() and then loop() until `until` says so or `limit` µs of virtual time have passed. */
  async run(until: (guest: TestGuest) => boolean, limit = 600e6): Promise<string> {
    this.#instance = new WebAssembly.Instance(this.#module, this.#imports());
    (this.#exports.__wasm_call_ctors as () => void)();
    let booted = false;
    const main = this.#start(0, 'hal_start').then(() => {
      booted = true;
    });
    await this.#advance(main, until, limit);
    while (booted && !until(this) && this.now < limit && this.#failure === undefined) {
      this.now += LOOP_US;
      await this.#advance(this.#start(0, 'hal_loop_pass'), until, limit);
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.serial;
  }

  get #exports(): WebAssembly.Exports {
    if (!this.#instance) throw new Error('the guest has not been started');
    return this.#instance.exports;
  }
  get #stackPointer(): WebAssembly.Global {
    return this.#exports.__stack_pointer as WebAssembly.Global;
  }

  async #start(task: number, name: string, ...args: number[]): Promise<void> {
    const before = this.#task;
    this.#task = task;
    const done = jspi.promising(this.#exports[name])(...args);
    this.#task = before;
    try {
      await done;
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Lets tasks and timers run in the order of their times until `main` has ended. */
  async #advance(
    main: Promise<void>,
    until: (guest: TestGuest) => boolean,
    limit: number,
  ): Promise<void> {
    let over = false;
    void main.finally(() => {
      over = true;
    });
    for (;;) {
      for (let i = 0; i < 8 && !over; i++) await Promise.resolve();
      if (over || this.#failure !== undefined || until(this)) return;
      const next = [...this.#blocked].sort((a, b) => a.wake - b.wake)[0];
      const timer = [...this.#timers].sort((a, b) => a[1].at - b[1].at)[0];
      if (timer && (!next || timer[1].at <= next.wake)) await this.#fire(timer[0], timer[1]);
      else if (next && next.wake <= limit) this.#resume(next, 0);
      else return;
    }
  }

  async #fire(id: number, timer: { at: number; period: number }): Promise<void> {
    this.now = Math.max(this.now, timer.at);
    if (timer.period) timer.at += timer.period;
    else this.#timers.delete(id);
    const saved = this.#stackPointer.value as number;
    const address = (name: string) => (this.#exports[name] as WebAssembly.Global).value as number;
    const size = new DataView(this.bytes.buffer).getUint32(address('hal_timer_stack_size'), true);
    this.#stackPointer.value = address('hal_timer_stack') + size;
    await this.#start(1, 'hal_timer_fire', id);
    this.#stackPointer.value = saved;
  }

  #resume(task: Blocked, notified: number): void {
    this.#blocked.delete(task);
    this.now = Math.max(this.now, notified ? this.now : task.wake);
    task.resume(notified);
  }

  /** Blocks the running task; its C stack pointer comes back with it. */
  async #block(wake: number, channel?: number): Promise<number> {
    const task = this.#task;
    const stackPointer = this.#stackPointer.value as number;
    const notified = await new Promise<number>((resume) => {
      this.#blocked.add({ wake, channel, resume, stackPointer });
    });
    this.#task = task;
    this.#stackPointer.value = stackPointer;
    return notified;
  }

  #defaults(): HostFunctions {
    return {
      'core.micros': () => {
        this.now += 1;
        return this.now;
      },
      'core.delay': (us = 0) => this.#block(this.now + Math.max(us, 1)),
      'core.yield': () => {
        this.now += 1;
        return undefined;
      },
      'core.loop_again': () => 0,
      'core.budget': () => {
        this.word((this.#exports.hal_edges_left as WebAssembly.Global).value as number, 100000);
        return this.#block(this.now + 1000);
      },
      'core.random': () => 4,
      'core.restart': () => {
        throw new GuestEnd('restart');
      },
      'core.panic': (pointer = 0, length = 0) => {
        throw new GuestEnd(this.text(pointer, length));
      },
      'core.reset_reason': () => 1,
      'core.mac': (out = 0) => void this.put(out, Uint8Array.of(0x24, 0x0a, 0xc4, 1, 2, 3)),
      'core.heap_free': (used = 0) => 300_000 - used,
      'core.chip': (what = 0) => [0, 2, 301, 240, 4 << 20][what],
      'core.loop_wdt': () => undefined,
      'task.create': (id = 0, _priority = 0, _core = 0, stack = 0, size = 0) => {
        queueMicrotask(() => {
          const saved = this.#stackPointer.value as number;
          this.#stackPointer.value = stack + size;
          void this.#start(id, 'hal_task_entry', id);
          this.#stackPointer.value = saved;
        });
        return 1;
      },
      'task.main': () => undefined,
      'task.priority': () => undefined,
      'task.suspend': () => undefined,
      'task.resume': () => undefined,
      'core.alloc': (bytes = 0, used = 0) => (bytes <= 300_000 - used ? 1 : 0),
      'core.sntp': () => -1,
      'core.secure_version': () => 0,
      'core.wall_clock': () => this.now,
      'core.set_wall_clock': () => undefined,
      'core.wdt_idle': () => undefined,
      'core.wdt_watch': () => undefined,
      'task.exit': () => new Promise<number>(() => undefined),
      'task.kill': () => undefined,
      'task.current': () => this.#task,
      'task.wait': (channel = 0, timeout = -1) =>
        this.#block(timeout < 0 ? Infinity : this.now + timeout, channel),
      'task.notify': (channel = 0) => {
        for (const task of [...this.#blocked]) if (task.channel === channel) this.#resume(task, 1);
        return undefined;
      },
      'timer.start': (id = 0, us = 0, periodic = 0) =>
        void this.#timers.set(id, { at: this.now + us, period: periodic ? us : 0 }),
      'timer.stop': (id = 0) => void this.#timers.delete(id),
      'uart.begin': () => undefined,
      'uart.write': (_port = 0, pointer = 0, length = 0) => {
        this.serial += this.text(pointer, length);
        return undefined;
      },
      'uart.available': () => 0,
      'uart.read': () => 0,
      'uart.peek': () => -1,
      'nvs.init': () => 0,
      'ota.running': () => -1,
      'ota.partition_count': () => 0,
    };
  }

  #imports(): WebAssembly.Imports {
    const functions: HostFunctions = { ...this.#defaults(), ...this.#host };
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module, name } of WebAssembly.Module.imports(this.#module)) {
      const key = `${module}.${name}`;
      const implementation = functions[key];
      const call = implementation ?? (() => this.#fail(`the test gives no ${key}`));
      imports[module] ??= {};
      imports[module][name] = SUSPENDING.has(key)
        ? new jspi.Suspending(call)
        : (call as WebAssembly.ImportValue);
    }
    return imports;
  }
  #fail(message: string): never {
    throw new Error(message);
  }
}
