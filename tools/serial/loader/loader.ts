import { OP } from '../../formats/serial-loader.ts';
import type { SerialLink } from '../link.ts';
import { Channel, type CommandOptions } from '../protocol/channel.ts';
import { words } from '../protocol/packet.ts';
import type { RomData, RomReader } from './rom-data.ts';
import type { SecurityInfo } from './security-info.ts';

/** What the ROM takes in one block of flash, and the stub (docs of the serial protocol). */
export const ROM_BLOCK = 0x400;
export const STUB_BLOCK = 0x4000;
const RAM_BLOCK = 0x1800;
const ESPRESSIF_USB = 0x303a;
const USB_JTAG_PRODUCT = 0x1001;

/** A chip in download mode: commands to its ROM, or to the stub once that runs. */
export class Loader {
  readonly link: SerialLink;
  readonly channel: Channel;
  isStub = false;
  /** The ROM answers only a few commands, no registers, and runs no stub. */
  secureDownload = false;
  security: SecurityInfo | undefined;
  #chip: RomData | undefined;
  ramBlock = RAM_BLOCK;

  constructor(link: SerialLink) {
    this.link = link;
    this.channel = new Channel(link);
  }

  get chip(): RomData {
    if (!this.#chip) throw new Error('the chip is not detected yet');
    return this.#chip;
  }

  set chip(chip: RomData) {
    this.#chip = chip;
  }

  /** Bytes a block of flash is sent in. */
  get blockSize(): number {
    if (!this.isStub) return ROM_BLOCK;
    return this.usesUsbOtg ? (this.chip.USB_RAM_BLOCK ?? STUB_BLOCK) : STUB_BLOCK;
  }

  /** The chip's own USB-OTG has its chip id for a product. */
  get usesUsbOtg(): boolean {
    const { usb } = this.link;
    return usb?.vendorId === ESPRESSIF_USB && usb.productId === this.#chip?.IMAGE_CHIP_ID;
  }

  get usesUsbJtag(): boolean {
    return isUsbJtag(this.link);
  }

  command(op: number, parts?: readonly Uint8Array[], options?: CommandOptions) {
    return this.channel.command(op, parts, options);
  }

  async readReg(address: number, timeoutMs?: number): Promise<number> {
    return (await this.command(OP.READ_REG, [words(address)], { timeoutMs })).value;
  }

  async writeReg(address: number, value: number): Promise<void> {
    await this.command(OP.WRITE_REG, [words(address, value, 0xffffffff, 0)]);
  }

  /** As esptool-js's chips want to be asked. */
  asRomReader(): RomReader {
    return {
      readReg: (address) => this.readReg(address),
      writeReg: (address, value) => this.writeReg(address, value),
      usesUsbOtg: async () => this.usesUsbOtg,
      debug: () => {},
      info: () => {},
      transport: { baudrate: this.link.baudRate },
      secureDownloadMode: this.secureDownload,
      IS_STUB: this.isStub,
      ESP_RAM_BLOCK: this.ramBlock,
    };
  }
}

/** Is the port the chip's own USB-Serial/JTAG? It wants a reset sequence of its own. */
export function isUsbJtag({ usb }: SerialLink): boolean {
  return usb?.vendorId === ESPRESSIF_USB && usb.productId === USB_JTAG_PRODUCT;
}
