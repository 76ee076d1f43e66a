/**
 * How a board's DTR and RTS reach EN (reset) and IO0 (the strap that asks for the loader).
 * `transistor`: two transistors, as on Espressif's boards, by which both lines together do nothing;
 * `direct`: RTS to EN and DTR to IO0, each inverted;
 * `usb-jtag`: no wires, but the USB-Serial/JTAG peripheral that understands both lines (technical reference manual).
 */
export type ResetWiring = 'transistor' | 'direct' | 'usb-jtag';

export interface Lines {
  dtr: boolean;
  rts: boolean;
}

/** Levels at the chip's pins: true is high. */
export interface StrapLevels {
  en: boolean;
  io0: boolean;
}

/** A line that is set pulls its pin low. */
export function pinsOf(wiring: 'transistor' | 'direct', { dtr, rts }: Lines): StrapLevels {
  if (wiring === 'direct') return { en: !rts, io0: !dtr };
  return { en: !(rts && !dtr), io0: !(dtr && !rts) };
}

/** What the USB-Serial/JTAG peripheral makes of a change of lines. */
export function usbJtagEffect({ dtr, rts }: Lines): 'reset' | 'ask-loader' | 'ask-app' | 'none' {
  if (rts) return dtr ? 'none' : 'reset';
  return dtr ? 'ask-loader' : 'ask-app';
}
