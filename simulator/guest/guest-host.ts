import type { BootedApp } from '../board/booted-app.ts';
import type { ChipModel } from '../board/chip-model.ts';
import type { Gpio } from '../board/gpio.ts';
import type { NorFlash } from '../board/nor-flash.ts';
import type { ResetReason } from '../board/reset-reason.ts';
import type { Uart } from '../board/uart.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { WifiDevice } from '../net/wifi-device.ts';
import type { Cpu } from './cpu.ts';
import type { Guest } from './guest.ts';
import { MeshBinding, type MeshLibrary } from './mesh-binding.ts';
import { Sockets } from './sockets.ts';
import type { WallClock } from './wall-clock.ts';
import { WifiEvents } from './wifi-events.ts';

export interface WatchdogBite {
  late: readonly string[];
  running: string | undefined;
  panic: boolean;
}

/** What a guest sees of its board. */
export interface GuestHost {
  readonly kernel: Kernel;
  readonly name: string;
  /** Order of this board's events in the kernel. */
  readonly index: number;
  readonly cpu: Cpu;
  readonly flash: NorFlash;
  readonly uart: Uart;
  readonly gpio: Gpio;
  readonly radio: WifiDevice;
  readonly chip: ChipModel;
  /** Base MAC: the station's; the SoftAP's is one higher. */
  readonly mac: Uint8Array;
  readonly app: BootedApp;
  readonly resetReason: ResetReason;
  readonly wallClock: WallClock;
  /** Bytes of heap that the board gives its firmware. */
  readonly heapBytes: number;
  /** What is burnt into the chip. */
  readonly efuse: { secureVersion: number };
  /** Lets an allocation fail: asked for each, with its number in this boot (from 1), its bytes and the task's name. */
  readonly failAllocation?: (nth: number, bytes: number, task: string) => boolean;
  /** The painlessMesh release that its firmware was built with. */
  readonly meshLibrary: MeshLibrary;
  random(): number;
  /** esp_restart(). */
  restart(): void;
  /** A task trapped, aborted, or lost power in the middle of a host call. */
  crashed(error: unknown, task: string): void;
  /** The task watchdog bit: who did not reset it, what ran instead; with `panic` the chip is reset. */
  taskWatchdog(bite: WatchdogBite): void;
  /** Prints on UART0. */
  print(text: string): void;
}

/** What one boot of a firmware holds open: sockets, its mesh engine. Gone with the guest. */
export class GuestBinding {
  readonly sockets: Sockets;
  readonly wifi: WifiEvents;
  mesh: MeshBinding | undefined;
  readonly #guest: Guest;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.sockets = new Sockets(guest);
    this.wifi = new WifiEvents(guest);
    guest.host.radio.onStation = (event) => this.#onStation(event);
  }

  /** The mesh engine, made when firmware first touches it. */
  theMesh(): MeshBinding {
    this.mesh ??= new MeshBinding(this.#guest);
    return this.mesh;
  }

  /** Bytes that stand on the firmware's heap besides its own: frames and segments that wait. */
  waitingBytes(): number {
    return this.sockets.heapBytes() + (this.mesh?.heapBytes() ?? 0);
  }

  /** Kernel time of the next thing that loop() should look at. */
  nextDue(): number {
    return this.mesh?.nextDue() ?? Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.#guest.host.radio.onStation = () => {};
  }

  #onStation(event: 'gotIp' | 'disconnected'): void {
    this.mesh?.onStation(event);
    this.wifi.add(event);
    this.#guest.wake();
  }
}
