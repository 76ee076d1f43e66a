import type { EventHandle, Kernel } from '../../kernel/kernel.ts';
import type { ChipModel } from '../chip-model.ts';
import type { NorFlash } from '../nor-flash.ts';
import type { Uart } from '../uart.ts';
import type { SerialFaults } from './faults.ts';
import { FlashWindow } from './flash-window.ts';
import { Lane } from './line.ts';
import { Registers } from './registers.ts';
import { type Lines, pinsOf, type ResetWiring, usbJtagEffect } from './reset-wiring.ts';
import { romChip } from './rom-chips.ts';
import { RomLoader } from './rom-loader.ts';

/** The rate at which ROM, bootloader and app print, and at which the loader starts. */
const CONSOLE_BAUD = 115_200;
/** What a UART of 80 MHz divides down to. */
const LOWEST_BAUD = 100;
const HIGHEST_BAUD = 5_000_000;
/** The rate of a ROM that takes its 40 MHz crystal for one of 26 MHz. */
const WRONG_CRYSTAL_BAUD = 74_880;
/** EN rises through 10 kΩ on 1 µF; the chip starts at three quarters of the supply. */
const EN_RISE_US = 13_900;
/** From the watchdog's setting to the reset, µs: 2,000 ticks of a clock of about 150 kHz. */
const WATCHDOG_US = 13_300;

/** The board that a connector sits on. */
export interface ConnectedBoard {
  readonly kernel: Kernel;
  readonly name: string;
  readonly index: number;
  readonly chip: ChipModel;
  readonly mac: Uint8Array;
  readonly flash: NorFlash;
  readonly uart: Uart;
  readonly state: string;
  powerOn(): void;
  cutPower(): void;
  /** EN goes low: the chip stands still until `pressReset`. */
  holdReset(): void;
  pressReset(): void;
  watchdogReset(): void;
  restart(): void;
  brownOut(): void;
  /** From the loader straight into what flash holds. */
  bootApp(): void;
  /** Runs work of the chip's CPU, and answers how long it took, µs. */
  work(run: () => void): number;
}

export interface ConnectorOptions {
  wiring?: ResetWiring;
  /** Bytes take the time of their rate; else they arrive at once. Default: paced. */
  paced?: boolean;
  /** Erasing and programming take the flash chip's time while the loader works. Default: they do. */
  flashTimes?: boolean;
  secureDownload?: boolean;
  /** How long EN takes to rise, µs. */
  enRise?: number;
  faults?: SerialFaults;
}

/**
 * A board's USB socket with the serial bridge behind it: both directions of the line, DTR and RTS, the cable. All methods are to
 * be called between two events of the kernel.
 */
export class SerialConnector {
  readonly wiring: ResetWiring;
  faults: SerialFaults;
  /** Bytes for the host. */
  onData: (bytes: Uint8Array) => void = () => {};
  /** The cable was pulled, or put back. */
  onPlug: (plugged: boolean) => void = () => {};
  plugged = true;
  readonly lines: Lines = { dtr: false, rts: false };
  readonly #board: ConnectedBoard;
  readonly #options: ConnectorOptions;
  readonly #toChip: Lane;
  readonly #toHost: Lane;
  /** The host's rate; undefined: always the chip's. */
  #hostBaud: number | undefined = CONSOLE_BAUD;
  #chipBaud = CONSOLE_BAUD;
  #loader: RomLoader | undefined;
  #enRising: EventHandle | undefined;
  #io0 = true;
  #latched = false;

  constructor(board: ConnectedBoard, options: ConnectorOptions = {}) {
    this.#board = board;
    this.#options = options;
    this.wiring = options.wiring ?? 'transistor';
    this.faults = options.faults ?? {};
    const lane = { kernel: board.kernel, board: board.index, paced: options.paced ?? true };
    const usb = this.wiring === 'usb-jtag';
    this.#toChip = new Lane({
      ...lane,
      random: board.kernel.random(`serial:${board.name}:to-chip`),
      // USB has no rate, and a ROM that still measures takes any.
      listensAt: () => (usb || this.#measuring ? undefined : this.#chipBaud),
      faults: () => this.faults.toChip,
      deliver: (bytes) => this.#atChip(bytes),
    });
    this.#toHost = new Lane({
      ...lane,
      random: board.kernel.random(`serial:${board.name}:to-host`),
      listensAt: () => (usb ? undefined : this.#hostBaud),
      faults: () => this.faults.toHost,
      deliver: (bytes) => {
        if (this.plugged) this.onData(bytes);
      },
    });
    board.uart.hooks.wire = (time, data) => this.#transmit(data, time);
    board.uart.hooks.rate = (baud) => {
      if (baud >= LOWEST_BAUD && baud <= HIGHEST_BAUD) this.#chipBaud = baud;
    };
  }

  /** Bytes that have passed, each way. */
  get counted(): { toChip: number; toHost: number } {
    return { toChip: this.#toChip.sent, toHost: this.#toHost.sent };
  }

  /** The loader's mode: undefined while the chip runs its app, or nothing. */
  get loader(): 'rom' | 'stub' | undefined {
    if (!this.#loader) return undefined;
    return this.#loader.stub ? 'stub' : 'rom';
  }

  /** Bytes of the host that have not left its UART. */
  get queued(): number {
    return this.#toChip.queued;
  }

  /** The rate at which the host's bytes leave. */
  get baud(): number {
    return this.#hostBaud ?? this.#chipBaud;
  }

  /** Bytes from the host. */
  write(bytes: Uint8Array): void {
    if (this.plugged) this.#toChip.send(bytes, this.baud);
  }

  /** Runs when all bytes of the host have left. */
  whenDrained(run: () => void): void {
    this.#toChip.whenIdle(run);
  }

  /** The host forgets what it has not sent. */
  flush(): void {
    this.#toChip.clear();
  }

  /** Undefined for a host whose rate is not known: a raw socket, a pseudo-terminal. */
  setBaud(baud: number | undefined): void {
    this.#hostBaud = baud;
  }

  /** Sets both lines at the same instant. */
  setLines(lines: Partial<Lines>): void {
    const before = { ...this.lines };
    Object.assign(this.lines, lines);
    if (!this.plugged || (before.dtr === this.lines.dtr && before.rts === this.lines.rts)) return;
    if (this.wiring === 'usb-jtag') this.#usbLines();
    else this.#pins();
  }

  /** Somebody holds BOOT and presses EN, for clients that have no lines. */
  enterLoader(): void {
    this.#cut(() => {
      this.#io0 = false;
      this.#board.pressReset();
      this.#board.kernel.after(1, () => void (this.#io0 = true), { board: this.#board.index });
    });
  }

  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.#toChip.clear();
    this.#board.kernel.cancel(this.#enRising);
    this.#enRising = undefined;
    this.#cut(() => this.#board.cutPower());
    this.onPlug(false);
  }

  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    Object.assign(this.lines, { dtr: false, rts: false });
    this.#io0 = true;
    this.#board.powerOn();
    this.onPlug(true);
  }

  /**
   * Whether the chip, coming out of reset, is to run its loader: IO0 was low when it last left a hardware reset. A software reset
   * does not look again, so a restart out of the stub leads back into the ROM's loader.
   */
  loaderAsked(hardware: boolean): boolean {
    if (hardware) this.#latched = !this.#io0;
    return this.#latched;
  }

  /** The chip was reset, held or lost its power. */
  stopped(): void {
    this.#loader?.stop();
    this.#loader = undefined;
    this.#chipBaud = CONSOLE_BAUD;
  }

  /** The ROM has printed that it waits, and begins to listen. */
  startLoader(): void {
    const { kernel, chip, mac, flash, index } = this.#board;
    const registers = new Registers(chip, mac, {
      baud: () => this.#chipBaud,
      usbJtag: this.wiring === 'usb-jtag',
      flashId: () => (this.#loader?.attached ? window.jedecId : 0xffffff),
      watchdog: () => this.#later(WATCHDOG_US, () => this.#board.watchdogReset()),
    });
    const window = new FlashWindow(flash);
    const connector = this;
    this.#loader = new RomLoader({
      newer: romChip(chip).newer,
      chipId: chip.id,
      registers,
      flash: window,
      secureDownload: this.#options.secureDownload ?? false,
      get faults() {
        return connector.faults;
      },
      send: (bytes) => this.#transmit(bytes, kernel.now),
      whenSent: (run) => this.#whenSent(run),
      setBaud: (baud) => (this.#chipBaud = baud),
      measureBaud: () => (this.#chipBaud = this.#hostBaud ?? this.#chipBaud),
      timed: (run) => this.#timed(run),
      after: (us, run) => void kernel.after(us, run, { board: index }),
      leave: (how) => (how === 'reset' ? this.#board.restart() : this.#board.bootApp()),
      note: (text) => kernel.trace.add(kernel.now, this.#board.name, 'loader', text),
    });
  }

  get #measuring(): boolean {
    return this.#loader !== undefined && !this.#loader.synced && !this.#loader.stub;
  }

  #timed(run: () => void): number {
    const before = this.#board.flash.operations;
    const took = this.#board.work(run);
    if (this.faults.brownOut && this.#board.flash.operations > before)
      this.#later(0, () => this.#board.brownOut());
    return this.#options.flashTimes === false ? 0 : took;
  }

  /** For as long as the loader that asks is the one that runs. */
  #whenSent(run: () => void): void {
    const asked = this.#loader;
    this.#toHost.whenIdle(() => {
      if (this.#loader === asked) run();
    });
  }

  #later(us: number, run: () => void): void {
    const asked = this.#loader;
    this.#board.kernel.after(
      us,
      () => {
        if (this.#loader === asked) run();
      },
      { board: this.#board.index },
    );
  }

  #transmit(bytes: Uint8Array, time: number): void {
    if (!this.plugged) return;
    const garbled = this.faults.garbledBootLog && this.#board.state === 'booting';
    this.#toHost.send(bytes, garbled ? WRONG_CRYSTAL_BAUD : this.#chipBaud, time);
  }

  #atChip(bytes: Uint8Array): void {
    const { faults } = this;
    if (faults.unplugAfter !== undefined) {
      faults.unplugAfter -= bytes.length;
      if (faults.unplugAfter <= 0) {
        delete faults.unplugAfter;
        return this.unplug();
      }
    }
    if (this.#loader) this.#loader.receive(bytes);
    else if (this.#board.state === 'running') this.#board.uart.receive(bytes);
  }

  /** What the chip's UART had yet to send is lost with it. */
  #cut(stop: () => void): void {
    stop();
    this.#toHost.clear();
  }

  #usbLines(): void {
    const effect = usbJtagEffect(this.lines);
    if (effect === 'reset') this.#cut(() => this.#board.pressReset());
    else if (effect !== 'none') this.#io0 = effect === 'ask-app';
  }

  #pins(): void {
    const { en, io0 } = pinsOf(this.wiring === 'direct' ? 'direct' : 'transistor', this.lines);
    this.#io0 = io0;
    const { kernel, index } = this.#board;
    const held = this.#board.state === 'held';
    if (!en) {
      kernel.cancel(this.#enRising);
      this.#enRising = undefined;
      if (!held) this.#cut(() => this.#board.holdReset());
    } else if (held && !this.#enRising) {
      const rise = this.#options.enRise ?? EN_RISE_US;
      const started = () => {
        this.#enRising = undefined;
        this.#board.pressReset();
      };
      this.#enRising = kernel.after(rise, started, { board: index });
    }
  }
}
