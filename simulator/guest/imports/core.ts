import { COST_US } from '../cpu.ts';
import type { Guest } from '../guest.ts';
import { GuestAbort } from '../panic.ts';
import { SPINNING_SLICES } from '../task-scheduler.ts';
import { type ImportModule, suspending } from './index.ts';

/** Virtual time of a slice, µs; of a task that spins, ever more, up to `most`. */
const SLICE_US = { first: 20_000, most: 1_000_000 };
/** Reading the clock in a busy wait costs more the longer it lasts, so that the wait ends soon: [reads, µs each]. */
const BUSY_READS: [number, number][] = [
  [1_000, COST_US.micros],
  [10_000, 10],
  [Number.POSITIVE_INFINITY, 50],
];

/** A round trip to a time server. */
const SNTP_US = 60_000;

/** Keeps count of how long each task computes without blocking. */
class Budget {
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  blocked(): void {
    const load = this.#load();
    if (load) load.slices = load.reads = 0;
  }

  read(): void {
    const load = this.#load();
    const reads = load ? ++load.reads : 0;
    if (load) load.slices = 0;
    this.#guest.host.cpu.spend(BUSY_READS.find(([most]) => reads <= most)![1]);
  }

  /** One slice is used up: gives the other tasks a turn, and lets the watchdog look. */
  slice(): Promise<unknown> {
    const guest = this.#guest;
    const load = this.#load()!;
    guest.scheduler.chargeEdges();
    load.slices++;
    guest.watchdog.starved(guest.scheduler.current!);
    const over = load.slices - SPINNING_SLICES;
    return guest.sleep(over <= 0 ? 0 : Math.min(SLICE_US.most, SLICE_US.first * 2 ** over), true);
  }

  #load() {
    return this.#guest.scheduler.current?.load;
  }
}

/** As the chip would, had its program counter gone astray: no instruction is there. */
function crash(): Error {
  return new WebAssembly.RuntimeError('unreachable: a crash from outside');
}

/** The running task computes and never blocks, until nothing of that is left to come over it. */
async function hang(guest: Guest, budget: Budget): Promise<void> {
  const task = guest.scheduler.current;
  for (;;) {
    guest.host.cpu.spend(SLICE_US.first);
    await budget.slice();
    const seized = guest.seizureOf(task);
    if (seized === 'crash') throw crash();
    if (!seized) return;
  }
}

export function coreImports(guest: Guest): ImportModule {
  const { host } = guest;
  const budget = new Budget(guest);
  return {
    micros: () => {
      budget.read();
      return host.cpu.sinceBoot;
    },
    wall_clock: () => host.wallClock.at(host.cpu.shown),
    set_wall_clock: (us: number) => host.wallClock.set(us, host.cpu.shown),
    delay: suspending((us: number) => {
      budget.blocked();
      return guest.sleep(us);
    }),
    // Nobody else of this priority is ready, so the task goes on.
    yield: () => host.cpu.spend(COST_US.micros),
    loop_again: () => (guest.loopAgain() ? 1 : 0),
    budget: suspending(() => {
      const seized = guest.seizureOf(guest.scheduler.current);
      if (seized === 'crash') throw crash();
      return seized ? hang(guest, budget) : budget.slice();
    }),
    random: () => Math.floor(host.random() * 2 ** 32) | 0,
    restart: suspending(() =>
      guest.scheduler.suspend(() => {
        guest.at(host.cpu.now, () => host.restart());
      }),
    ),
    panic: (reason: number, length: number) => {
      throw new GuestAbort(guest.memory.text(reason, length));
    },
    reset_reason: () => host.resetReason,
    mac: (out: number) => guest.memory.put(out, host.mac),
    alloc: (bytes: number, inUse: number) =>
      guest.heap.mayAllocate(bytes >>> 0, inUse >>> 0) ? 1 : 0,
    sntp: suspending(async (server: number, length: number) => {
      const name = guest.memory.text(server, length);
      await guest.sleep(SNTP_US);
      return host.radio.association?.accessPoint.timeServer?.(name) ?? -1;
    }),
    secure_version: (burn: number) => {
      host.efuse.secureVersion = Math.max(host.efuse.secureVersion, burn);
      return host.efuse.secureVersion;
    },
    heap_free: (inUse: number) => guest.heap.free(inUse >>> 0),
    chip: (what: number) => {
      const { chip } = host;
      return [chip.id, chip.cores, chip.revision, chip.cpuMhz, chip.flashBytes][what] ?? 0;
    },
    log: (level: number, text: number, length: number) => {
      host.kernel.trace.add(
        host.cpu.now,
        host.name,
        'log',
        `${level} ${guest.memory.text(text, length)}`,
      );
    },
    wdt_idle: (timeoutUs: number, coreMask: number, panic: number) =>
      guest.watchdog.configure(timeoutUs, coreMask, panic !== 0),
    wdt_watch: (us: number, names: number, length: number) =>
      guest.watchdog.watch(us, guest.memory.text(names, length)),
    loop_wdt: (what: number) => guest.setLoopWatchdog(what),
  };
}
