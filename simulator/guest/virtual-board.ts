import { BootedApp } from '../board/booted-app.ts';
import { boot } from '../board/bootloader.ts';
import { type ChipModel, ESP32 } from '../board/chip-model.ts';
import { Gpio } from '../board/gpio.ts';
import { type NorFlash, PowerLost } from '../board/nor-flash.ts';
import { RESET, type ResetReason, resetName } from '../board/reset-reason.ts';
import { bootLog } from '../board/serial-rom/boot-log.ts';
import { type ConnectorOptions, SerialConnector } from '../board/serial-rom/connector.ts';
import { Uart } from '../board/uart.ts';
import type { EventHandle, Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/prng.ts';
import { WifiDevice } from '../net/wifi-device.ts';
import type { WifiMedium } from '../net/wifi-medium.ts';
import { Cpu } from './cpu.ts';
import { Guest, type Seizure } from './guest.ts';
import type { GuestHost, WatchdogBite } from './guest-host.ts';
import { type MeshLibrary, nodeIdOf } from './mesh-binding.ts';
import { panicReport } from './panic.ts';
import { WallClock } from './wall-clock.ts';

export interface VirtualBoardOptions {
  kernel: Kernel;
  medium: WifiMedium;
  name: string;
  /** Order among boards; unique. */
  index: number;
  mac: Uint8Array;
  flash: NorFlash;
  chip?: ChipModel;
  heapBytes?: number;
  /** Which allocations fail: see GuestHost. */
  failAllocation?: GuestHost['failAllocation'];
  /** Default: painlessMesh 1.5.6 as it is. */
  meshLibrary?: MeshLibrary;
}

/** `held`: EN is low; `loader`: the ROM's serial loader waits for a client, or serves one. */
export type BoardState = 'off' | 'held' | 'booting' | 'loader' | 'running' | 'halted';

/** One thing that ended a run of the firmware. */
export interface ResetRecord {
  readonly time: number;
  readonly reason: ResetReason;
}

/** Resets that the RTC's supply does not survive. */
const LOSES_RTC = new Set<ResetReason>([RESET.POWERON, RESET.EXT]);
const ENCODER = new TextEncoder();
/** ROM, bootloader and image verification of a real board, roughly. */
const BOOT_US = 280_000;
const RETRY_US = 400_000;
/** Those after which the chip looks at its straps. */
const HARDWARE_RESETS: readonly ResetReason[] = [
  RESET.POWERON,
  RESET.EXT,
  RESET.BROWNOUT,
  RESET.WDT,
];

/** A development board in the simulated world: chip, flash, serial port, pins, radio, and the firmware that runs on it. */
export class VirtualBoard implements GuestHost {
  readonly kernel: Kernel;
  readonly name: string;
  readonly index: number;
  readonly mac: Uint8Array;
  /** Another one only where another board is put in this one's place, without power. */
  chip: ChipModel;
  readonly flash: NorFlash;
  readonly heapBytes: number;
  readonly meshLibrary: MeshLibrary;
  readonly uart = new Uart();
  readonly gpio = new Gpio();
  readonly cpu: Cpu;
  readonly wallClock = new WallClock();
  readonly efuse = { secureVersion: 0 };
  readonly radio: WifiDevice;
  readonly random: RandomStream;
  readonly nodeId: number;
  state: BoardState = 'off';
  resetReason: ResetReason = RESET.POWERON;
  /** Every start so far, power-on included. */
  readonly resets: ResetRecord[] = [];
  /** What comes over the firmware at each start. */
  seizedAtStart: Seizure | undefined;
  /** The supply carries the chip, but not its radio: it sags as soon as an app begins. */
  weakSupply = false;
  /** Called after each start of the chip. */
  onReset: (record: ResetRecord) => void = () => {};
  #failAllocation: GuestHost['failAllocation'];
  #guest: Guest | undefined;
  #app: BootedApp | undefined;
  #booting: EventHandle | undefined;
  #halt = '';
  #connector: SerialConnector | undefined;
  #seizedNext: Seizure | undefined;

  constructor(options: VirtualBoardOptions) {
    const { kernel, medium, name, index, mac, flash } = options;
    this.kernel = kernel;
    this.name = name;
    this.index = index;
    this.mac = mac;
    this.flash = flash;
    this.chip = options.chip ?? ESP32;
    this.#failAllocation = options.failAllocation;
    this.heapBytes = options.heapBytes ?? 320 * 1024;
    this.meshLibrary = options.meshLibrary ?? {};
    this.cpu = new Cpu(kernel);
    this.nodeId = nodeIdOf(mac);
    this.random = kernel.random(`board:${name}`);
    this.radio = new WifiDevice(medium, { name, board: index, bssid: this.nodeId });
    this.#connect();
  }

  get app(): BootedApp {
    if (!this.#app) throw new Error(`${this.name} has not booted an app`);
    return this.#app;
  }

  get failAllocation(): GuestHost['failAllocation'] {
    return this.#failAllocation;
  }

  /** May change while the board runs. */
  set failAllocation(fails: GuestHost['failAllocation']) {
    this.#failAllocation = fails;
    this.#guest?.heap.askEach();
  }

  /** The firmware that runs now, if any. */
  get guest(): Guest | undefined {
    return this.#guest;
  }

  /** Why the chip stands still; empty while it does not. */
  get halt(): string {
    return this.#halt;
  }

  /** Gives the board its USB socket, by which it is flashed and watched. Once, before it is powered. */
  connect(options?: ConnectorOptions): SerialConnector {
    if (this.#connector) throw new Error(`${this.name} has its serial connector already`);
    this.#connector = new SerialConnector(this, options);
    return this.#connector;
  }

  powerOn(): void {
    if (this.state === 'off') this.#reset(RESET.POWERON, 0);
  }

  /** The supply goes away, at once. */
  cutPower(): void {
    this.#stop('power');
    this.state = 'off';
    this.#note('power', 'off');
  }

  /** The EN button: a reset that flash and its content survive. */
  pressReset(): void {
    if (this.state === 'off') return;
    this.#stop('power');
    this.#reset(RESET.EXT, 0);
  }

  /** EN is pulled low: nothing runs until `pressReset`. */
  holdReset(): void {
    if (this.state === 'off') return;
    this.#stop('power');
    this.state = 'held';
    this.#note('reset', 'held');
  }

  /** The RTC watchdog barks. */
  watchdogReset(): void {
    this.#stop('power');
    this.#reset(RESET.WDT, 0);
  }

  /** The supply sags below what the chip needs. */
  brownOut(): void {
    if (this.state === 'off') return;
    this.print('\nBrownout detector was triggered\n\n');
    this.#stop('power');
    this.#reset(RESET.BROWNOUT, 50_000);
  }

  /**
   * The firmware traps or hangs at its next safe point (see Guest.seize), the one that is being booted as soon as it begins. Answers
   * whether there is one.
   */
  seize(seizure: Seizure | undefined): boolean {
    const booting = this.state === 'booting';
    this.#seizedNext = booting ? seizure : undefined;
    if (this.#guest && !booting) this.#guest.seize(seizure);
    else if (!booting) return false;
    if (seizure) this.#note('fault', seizure);
    return true;
  }

  /** The loader hands over to what flash holds, without a reset. */
  bootApp(): void {
    this.#stop('software');
    this.state = 'booting';
    this.#booting = this.kernel.after(0, () => this.#boot(false), { board: this.index });
  }

  /** The run is over; nothing is noted. What the firmware held of the engine, its tasks' stacks above all, is given back. */
  discard(): void {
    this.#guest?.destroy();
  }

  /** Runs what the loader does on the chip's CPU, and answers how long it took, µs. */
  work(run: () => void): number {
    this.cpu.begin();
    try {
      run();
      return this.cpu.ahead;
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
      this.#powerLost(error);
      return 0;
    } finally {
      this.cpu.end();
    }
  }

  restart(): void {
    this.#stop('software');
    this.#reset(RESET.SW, 0);
  }

  crashed(error: unknown, task: string): void {
    if (error instanceof PowerLost) return this.#powerLost(error);
    for (const line of panicReport(error, task, this.chip.cores > 1 ? 1 : 0))
      this.print(`${line}\n`);
    this.#stop('power');
    this.#reset(RESET.PANIC, 50_000);
  }

  taskWatchdog({ late, running, panic }: WatchdogBite): void {
    const line = (text: string) =>
      this.print(`E (${Math.floor(this.cpu.sinceBoot / 1000)}) task_wdt: ${text}\n`);
    line(
      'Task watchdog got triggered. The following tasks/users did not reset the watchdog in time:',
    );
    for (const name of late) line(` - ${name}`);
    if (running) line(`Tasks currently running: ${running}`);
    if (!panic) return;
    line('Aborting.');
    this.print('\nRebooting...\n');
    this.#stop('power');
    this.#reset(RESET.TASK_WDT, 50_000);
  }

  print(text: string): void {
    this.uart.transmit(this.cpu.now, ENCODER.encode(text));
  }

  #powerLost(lost: PowerLost): void {
    this.#note('power', lost.message);
    if (lost.sag) this.brownOut();
    else this.cutPower();
  }

  #reset(reason: ResetReason, delay: number): void {
    this.resetReason = reason;
    if (LOSES_RTC.has(reason)) this.wallClock.lose(this.cpu.oscillator.at(this.kernel.now));
    this.state = 'booting';
    this.#halt = '';
    const record = { time: this.kernel.now, reason };
    this.resets.push(record);
    this.#note('reset', resetName(reason));
    this.#booting = this.kernel.after(delay, () => this.#boot(), { board: this.index });
    this.onReset(record);
  }

  #boot(fromReset = true): void {
    this.cpu.begin();
    this.cpu.markBoot();
    const hardware = HARDWARE_RESETS.includes(this.resetReason);
    const loader = fromReset && (this.#connector?.loaderAsked(hardware) ?? false);
    if (fromReset) for (const line of this.#bootLog(loader)) this.print(`${line}\n`);
    try {
      if (loader) return this.#startLoader();
      this.cpu.spend(BOOT_US);
      const result = boot({
        flash: this.flash,
        chip: this.chip,
        efuse: this.efuse,
        print: (line) => this.print(`${line}\n`),
      });
      if (result.kind === 'app')
        return this.#startApp(new BootedApp(result.app, this.chip), result.app.wasm);
      if (result.kind === 'halt') return this.#stand(result.reason);
      this.#booting = this.kernel.after(RETRY_US + this.cpu.ahead, () => this.#again(), {
        board: this.index,
      });
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
      this.#powerLost(error);
    } finally {
      this.cpu.end();
    }
  }

  /** The banner is left out of worlds that nobody plugs a cable into. */
  #bootLog(loader: boolean): string[] {
    const lines = bootLog(this.chip, this.resetReason, loader);
    return this.#connector ? lines : lines.filter((line) => line.startsWith('rst:'));
  }

  #startLoader(): void {
    this.state = 'loader';
    this.#connector!.startLoader();
    this.#note('boot', 'serial loader');
  }

  #again(): void {
    this.#reset(RESET.SW, 0);
  }

  #startApp(app: BootedApp, wasm: Uint8Array): void {
    this.#app = app;
    this.#note('boot', `${app.ota.running.label} ${app.loadedMd5}`);
    const start = () => {
      this.cpu.begin();
      try {
        this.radio.powerOn();
        this.#guest = new Guest(this, wasm);
      } catch (error) {
        if (!(error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError))
          throw error;
        return this.#stand(error.message);
      }
      if (this.weakSupply || this.#connector?.faults.brownOut) return this.brownOut();
      this.state = 'running';
      this.#guest.start();
      const seizure = this.#seizedNext ?? this.seizedAtStart;
      if (seizure) this.seize(seizure);
    };
    this.#booting = this.kernel.at(this.cpu.now, start, { board: this.index });
  }

  #stand(reason: string): void {
    this.#halt = reason;
    this.state = 'halted';
    this.print(`E (${Math.floor(this.cpu.sinceBoot / 1000)}) simulator: ${reason}\n`);
    this.#note('halt', reason);
  }

  #stop(kind: 'software' | 'power'): void {
    this.kernel.cancel(this.#booting);
    this.#connector?.stopped();
    this.#guest?.destroy();
    this.#guest = undefined;
    this.#app = undefined;
    this.uart.reset();
    this.gpio.reset();
    this.radio.powerOff(kind);
  }

  #connect(): void {
    this.flash.hooks.chance = this.kernel.random(`flash:${this.name}`);
    this.flash.hooks.busy = (us) => this.cpu.spend(us);
    this.flash.hooks.done = ({ kind, offset, length }, data) => {
      this.#note(kind, `${offset.toString(16)}+${length} `);
      if (data) this.kernel.trace.add(this.cpu.now, this.name, 'flash', data);
    };
    this.uart.hooks.output = (data) => this.kernel.trace.add(this.cpu.now, this.name, 'uart', data);
    this.uart.hooks.input = () => this.#guest?.wake();
    this.gpio.onOutput = ({ pin, level }) => {
      if (this.#guest) this.#guest.passes.worked = true;
      this.#note('gpio', `${pin}=${level}`);
    };
    this.gpio.onInput = ({ pin, level }) => {
      this.#note('pin', `${pin}=${level}`);
      this.#guest?.pinChanges(pin, 1 - level);
    };
    this.gpio.onInterrupt = (pin) => this.#guest?.interrupt(pin);
    this.gpio.now = () => this.cpu.now;
    this.gpio.plan = (time, run) => this.kernel.at(time, run, { board: this.index });
  }

  #note(kind: string, text: string): void {
    this.kernel.trace.add(this.cpu.now, this.name, kind, text);
  }
}
