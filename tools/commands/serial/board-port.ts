import { InvalidArgumentError } from 'commander';
import type { SerialLink } from '../../serial/link.ts';
import { openPort } from '../../serial/ports/open.ts';
import {
  classicReset,
  HARD_RESET,
  playReset,
  USB_HARD_RESET,
  USB_JTAG_RESET,
} from '../../serial/reset/sequence.ts';
import { portBindings } from './bindings.ts';

/** Espressif's USB vendor id: the chip itself is the device, without a bridge. */
const ESPRESSIF = 0x303a;
const BOOT_HOLD_MS = 50;

/** Bits a second, as a number or text. @throws InvalidArgumentError */
export function baudOf(value: string | number): number {
  const baud = Number(value);
  if (Number.isInteger(baud) && baud >= 300 && baud <= 5_000_000) return baud;
  throw new InvalidArgumentError(`${value} is no baud rate: give bits a second, such as 115200`);
}

/** @throws SerialError a sentence with a hint, where it cannot be opened */
export async function openBoardPort(port: string, baudRate: number): Promise<SerialLink> {
  return openPort(port, { baudRate, bindings: await portBindings(port) });
}

/** Into the application. @throws SerialError `port-lines` where the port has no lines */
export function resetLink(link: SerialLink): Promise<void> {
  return playReset(link, isChipItself(link) ? USB_HARD_RESET : HARD_RESET);
}

/** Into the ROM loader, where the board stays until its next reset. */
export function toBootloader(link: SerialLink): Promise<void> {
  return playReset(link, isChipItself(link) ? USB_JTAG_RESET : classicReset(BOOT_HOLD_MS));
}

/** The chip is the USB device, without a bridge between. */
export function isChipItself(link: SerialLink): boolean {
  return link.usb?.vendorId === ESPRESSIF;
}
