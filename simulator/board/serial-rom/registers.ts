import type { ChipModel } from '../chip-model.ts';
import { type RomChip, romChip } from './rom-chips.ts';

const MAGIC_ADDRESS = 0x40001000;
const SPI_USER_COMMAND = 1 << 18;
const CRYSTAL_HZ = 40_000_000;

export interface RegisterPorts {
  /** The rate UART0 runs at now. */
  baud: () => number;
  /** The loader talks over USB-Serial/JTAG, not over UART0. */
  usbJtag: boolean;
  /** The flash chip's answer to RDID, three bytes with the manufacturer's lowest; 0xFFFFFF while it is not attached. */
  flashId: () => number;
  /** The RTC watchdog was set going: the chip resets soon. */
  watchdog: () => void;
}

/** What a client reads and writes in a chip's address space. What is not modelled reads as 0 or as it was written. */
export class Registers {
  readonly #chip: RomChip;
  readonly #words: Map<number, number>;
  readonly #ports: RegisterPorts;
  #flashStatus = 0;

  constructor(model: ChipModel, mac: Uint8Array, ports: RegisterPorts) {
    this.#chip = romChip(model);
    this.#words = new Map(this.#chip.fuses(mac, model.revision));
    this.#words.set(MAGIC_ADDRESS, this.#chip.magic);
    const port = this.#chip.portVariable;
    if (port && ports.usbJtag) this.#words.set(port.address, port.usbJtag);
    this.#ports = ports;
  }

  read(address: number): number {
    if (address === this.#chip.clockDivider) {
      // 20 bits of whole, 4 bits of sixteenths above them.
      const sixteenths = Math.round((16 * CRYSTAL_HZ) / this.#ports.baud());
      return (((sixteenths & 15) << 20) | (sixteenths >> 4)) >>> 0;
    }
    return this.#words.get(address) ?? 0;
  }

  /** Writes the bits of `mask`. */
  write(address: number, value: number, mask: number): void {
    const word = ((this.read(address) & ~mask) | (value & mask)) >>> 0;
    this.#words.set(address, word);
    const { spi, watchdog } = this.#chip;
    if (address === spi.base && word & SPI_USER_COMMAND) this.#runSpi();
    if (watchdog && address === watchdog.config && word >>> 31) {
      if (this.read(watchdog.protect) === watchdog.key) this.#ports.watchdog();
    }
  }

  /** A command to the flash chip (data sheets of W25Q parts): identification and status. Done at once, USR clears itself. */
  #runSpi(): void {
    const { base, usr2, w0 } = this.#chip.spi;
    const sent = this.read(base + w0);
    const answers: Record<number, () => number> = {
      159: () => this.#ports.flashId(),
      5: () => this.#flashStatus & 0xff,
      53: () => this.#flashStatus >> 8,
      21: () => 0,
      1: () => (this.#flashStatus = sent & 0xffff),
      6: () => 0,
      4: () => 0,
    };
    const answer = answers[this.read(base + usr2) & 0xff] ?? (() => 0xffffffff);
    this.#words.set(base + w0, answer() >>> 0);
    this.#words.set(base, (this.read(base) & ~SPI_USER_COMMAND) >>> 0);
  }
}
