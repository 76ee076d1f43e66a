import type { Kernel } from '../kernel/kernel.ts';
import type { DriveStep, Gpio } from './gpio.ts';

/** 0 or 1; undefined where nobody drives the line. */
export type Drive = 0 | 1 | undefined;

/** Something soldered to a pin that answers what firmware does there. Times are kernel time, µs. */
export interface PinDevice {
  /** Firmware drives the line from `time` on, or lets go of it. */
  driven(level: Drive, time: number): void;
  /** How the device holds the line at `time`. */
  level(time: number): Drive;
  /** When the device changes that next, after `time`; Infinity when it waits for firmware. */
  nextEdge(time: number): number;
}

/** One moment of a pin's script: what the world does to it at `at` (kernel time, µs). */
export type PinStep =
  | DriveStep
  /** Volts at an analogue input. */
  | { at: number; volts: number };

/** Plans a script of one pin on the virtual clock. @throws RangeError for a time that is no number, or a pin that is not there */
export function playPin(kernel: Kernel, gpio: Gpio, pin: number, steps: readonly PinStep[]): void {
  gpio.level(pin);
  for (const step of steps) {
    if ('volts' in step) {
      kernel.at(step.at, () => gpio.driveVolts(pin, step.volts));
    } else {
      kernel.at(step.at, () => gpio.arrived(pin, step));
      gpio.foretell(pin, step);
    }
  }
}

export interface Press {
  /** First contact, kernel time in µs. */
  at: number;
  /** µs until it is released. */
  held: number;
  /** µs for which the contact bounces when it closes and again when it opens; default 4 ms. */
  bounce?: number;
}

/** A button between pin and GND is pressed once, with contacts that bounce as `random` has it. */
export function press({ at, held, bounce = 4_000 }: Press, random: () => number): PinStep[] {
  const steps: PinStep[] = [];
  const settle = (from: number, level: 0 | undefined): void => {
    const other = level === 0 ? undefined : 0;
    for (let time = from; time < from + bounce; ) {
      steps.push({ at: Math.round(time), level });
      time += 50 + random() * 400;
      steps.push({ at: Math.round(time), level: other });
      time += 50 + random() * 400;
    }
    steps.push({ at: Math.round(from + bounce + 500), level });
  };
  settle(at, 0);
  settle(at + held, undefined);
  return steps;
}
