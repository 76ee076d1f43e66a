import type { Drive, PinDevice } from './pin-device.ts';

/** Arduino's pin modes, as esp32-hal-gpio.h numbers them. */
export const PIN_MODE = {
  INPUT: 0x01,
  OUTPUT: 0x03,
  INPUT_PULLUP: 0x05,
  INPUT_PULLDOWN: 0x09,
  OUTPUT_OPEN_DRAIN: 0x13,
} as const;
const OPEN_DRAIN = 0x10;
/** Interrupt triggers, as esp32-hal-gpio.h numbers them. */
export const TRIGGER = { NONE: 0, RISING: 1, FALLING: 2, CHANGE: 3 } as const;

/** From `at` on (kernel time, µs) the outside drives a pin so. */
export interface DriveStep {
  readonly at: number;
  readonly level: Drive;
}

export interface PinEdge {
  readonly pin: number;
  readonly level: 0 | 1;
}

interface Pin {
  mode: number;
  output: 0 | 1;
  /** What the outside drives; undefined = floating. */
  external: Drive;
  /** What the outside will drive: known before, so that a busy wait that runs ahead of the world sees it in time. */
  script: DriveStep[];
  analog: number;
  duty: number;
  trigger: number;
  device: PinDevice | undefined;
  /** An edge of the device is planned, for interrupts. */
  armed: boolean;
}

const PIN_COUNT = 64;

/** Full scale of the ADC's 12 bits, as analogReadMilliVolts takes it. */
const FULL_SCALE_VOLTS = 3.3;

/**
 * A board's pins: firmware drives outputs, the world and what is soldered on drive inputs, edges raise interrupts.
 * Methods throw RangeError for a pin that is not there.
 */
export class Gpio {
  /** Called when firmware changes the level of an output. */
  onOutput: (edge: PinEdge) => void = () => {};
  /** Called when the world's change fires a trigger that firmware attached. */
  onInterrupt: (pin: number) => void = () => {};
  /** Called when the world changes any input. */
  onInput: (edge: PinEdge) => void = () => {};
  /** The board's time (kernel µs), and its plans: both needed by pins with a device on them only. */
  now: () => number = () => 0;
  plan: (time: number, run: () => void) => void = () => {};
  #pins = new Map<number, Pin>();

  /** Level of a pin as a probe on it would see. A floating input reads by its pull, else 0. */
  level(pin: number): 0 | 1 {
    const p = this.#pin(pin);
    if (p.script.length === 0) return this.#level(p, p.external);
    const now = this.now();
    const step = p.script.findLast(({ at }) => at <= now);
    return this.#level(p, step ? step.level : p.external);
  }

  #level(p: Pin, external: Drive): 0 | 1 {
    return driving(p) ?? p.device?.level(this.now()) ?? external ?? pulled(p.mode);
  }

  /** Solders a device to a pin. */
  connect(pin: number, device: PinDevice): void {
    this.#pin(pin).device = device;
    this.#arm(pin);
  }

  /** The world drives a pin (undefined = lets go of it). */
  drive(pin: number, level: Drive): void {
    const p = this.#pin(pin);
    const before = this.#level(p, p.external);
    p.external = level;
    const after = this.#level(p, level);
    if (after === before) return;
    this.#raise(pin, after);
    this.onInput({ pin, level: after });
  }

  /** The world will drive a pin so. At each step's time `arrived` must be called with it. */
  foretell(pin: number, step: DriveStep): void {
    const { script } = this.#pin(pin);
    script.push(step);
    script.sort((a, b) => a.at - b.at);
  }

  /** The time of a foretold step has come. */
  arrived(pin: number, step: DriveStep): void {
    const p = this.#pin(pin);
    p.script.splice(p.script.indexOf(step), 1);
    this.drive(pin, step.level);
  }

  /** The world applies a voltage, as the 12-bit reading 0…4095 that the ADC would give. */
  driveAnalog(pin: number, reading: number): void {
    this.#pin(pin).analog = Math.max(0, Math.min(4095, Math.round(reading)));
  }

  /** The world applies a voltage to an analogue input. */
  driveVolts(pin: number, volts: number): void {
    this.driveAnalog(pin, (volts / FULL_SCALE_VOLTS) * 4095);
  }

  setMode(pin: number, mode: number): void {
    const p = this.#pin(pin);
    const before = this.level(pin);
    this.#change(pin, () => (p.mode = mode));
    const after = this.level(pin);
    if (after !== before && isOutput(mode) && !p.device) this.onOutput({ pin, level: after });
  }

  write(pin: number, level: number): void {
    const p = this.#pin(pin);
    const value = level ? 1 : 0;
    if (p.output === value) return;
    this.#change(pin, () => (p.output = value));
    if (isOutput(p.mode) && !p.device) this.onOutput({ pin, level: this.level(pin) });
  }

  analogRead(pin: number): number {
    return this.#pin(pin).analog;
  }

  analogWrite(pin: number, duty: number): void {
    this.#pin(pin).duty = duty;
    this.setMode(pin, PIN_MODE.OUTPUT);
    this.write(pin, duty > 0 ? 1 : 0);
  }

  duty(pin: number): number {
    return this.#pin(pin).duty;
  }

  attach(pin: number, trigger: number): void {
    this.#pin(pin).trigger = trigger;
    this.#arm(pin);
  }

  /** A reset leaves what the world drives and forgets what firmware set. */
  reset(): void {
    for (const [pin, p] of this.#pins) {
      this.#change(pin, () =>
        Object.assign(p, { mode: PIN_MODE.INPUT, output: 0, duty: 0, trigger: TRIGGER.NONE }),
      );
    }
  }

  /** Changes what firmware does with a pin; its device learns of it. */
  #change(pin: number, change: () => void): void {
    const p = this.#pin(pin);
    const before = driving(p);
    change();
    const after = driving(p);
    if (before === after || !p.device) return;
    p.device.driven(after, this.now());
    this.#arm(pin);
  }

  #raise(pin: number, level: 0 | 1): void {
    if (this.#pin(pin).trigger & (level ? TRIGGER.RISING : TRIGGER.FALLING)) this.onInterrupt(pin);
  }

  /** Where firmware waits for an interrupt, the device's edges become events; else they are only looked at. */
  #arm(pin: number): void {
    const p = this.#pin(pin);
    const { device } = p;
    if (!device || p.armed || p.trigger === TRIGGER.NONE) return;
    const time = device.nextEdge(this.now());
    if (!Number.isFinite(time)) return;
    p.armed = true;
    this.plan(time, () => {
      p.armed = false;
      // Firmware may have taken the line meanwhile, and the edge with it.
      if (driving(p) === undefined && device.nextEdge(time - 1) === time)
        this.#raise(pin, device.level(time) ?? pulled(p.mode));
      this.#arm(pin);
    });
  }

  #pin(pin: number): Pin {
    if (!Number.isInteger(pin) || pin < 0 || pin >= PIN_COUNT)
      throw new RangeError(`there is no GPIO${pin}`);
    let p = this.#pins.get(pin);
    if (!p) {
      p = {
        mode: PIN_MODE.INPUT,
        output: 0,
        external: undefined,
        script: [],
        analog: 0,
        duty: 0,
        trigger: TRIGGER.NONE,
        device: undefined,
        armed: false,
      };
      this.#pins.set(pin, p);
    }
    return p;
  }
}

function isOutput(mode: number): boolean {
  return (mode & PIN_MODE.OUTPUT) === PIN_MODE.OUTPUT;
}

/** How firmware holds the line. */
function driving(p: Pin): Drive {
  if (!isOutput(p.mode)) return undefined;
  return p.mode & OPEN_DRAIN && p.output === 1 ? undefined : p.output;
}

function pulled(mode: number): 0 | 1 {
  // Pull-ups of inputs; an open-drain line counts as having one of its own.
  return mode === PIN_MODE.INPUT_PULLUP || mode === PIN_MODE.OUTPUT_OPEN_DRAIN ? 1 : 0;
}
