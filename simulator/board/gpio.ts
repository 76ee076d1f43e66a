/** Arduino's pin modes, as esp32-hal-gpio.h numbers them. */
export const PIN_MODE = {
  INPUT: 0x01,
  OUTPUT: 0x03,
  INPUT_PULLUP: 0x05,
  INPUT_PULLDOWN: 0x09,
} as const;
/** Interrupt triggers, as esp32-hal-gpio.h numbers them. */
export const TRIGGER = { NONE: 0, RISING: 1, FALLING: 2, CHANGE: 3 } as const;

export interface PinEdge {
  readonly pin: number;
  readonly level: 0 | 1;
}

interface Pin {
  mode: number;
  output: 0 | 1;
  /** What the outside drives; undefined = floating. */
  external: 0 | 1 | undefined;
  analog: number;
  duty: number;
  trigger: number;
}

const PIN_COUNT = 64;

/** A board's pins: firmware drives outputs, the world drives inputs, edges raise interrupts. */
export class Gpio {
  /** Called when firmware changes the level of an output. */
  onOutput: (edge: PinEdge) => void = () => {};
  /** Called when the world's change fires a trigger that firmware attached. */
  onInterrupt: (pin: number) => void = () => {};
  /** Called when the world changes any input. */
  onInput: (edge: PinEdge) => void = () => {};
  #pins = new Map<number, Pin>();

  /** Level of a pin as a probe on it would see. A floating input reads by its pull, else 0. */
  level(pin: number): 0 | 1 {
    const p = this.#pin(pin);
    if ((p.mode & PIN_MODE.OUTPUT) === PIN_MODE.OUTPUT) return p.output;
    return p.external ?? (p.mode === PIN_MODE.INPUT_PULLUP ? 1 : 0);
  }

  /** The world drives a pin (undefined = lets go of it). */
  drive(pin: number, level: 0 | 1 | undefined): void {
    const before = this.level(pin);
    this.#pin(pin).external = level;
    const after = this.level(pin);
    if (after === before) return;
    this.onInput({ pin, level: after });
    const trigger = this.#pin(pin).trigger;
    if (trigger & (after ? TRIGGER.RISING : TRIGGER.FALLING)) this.onInterrupt(pin);
  }

  /** The world applies a voltage, as the 12-bit reading 0…4095 that the ADC would give. */
  driveAnalog(pin: number, reading: number): void {
    this.#pin(pin).analog = Math.max(0, Math.min(4095, Math.round(reading)));
  }

  setMode(pin: number, mode: number): void {
    const before = this.level(pin);
    this.#pin(pin).mode = mode;
    const after = this.level(pin);
    if (after !== before && mode === PIN_MODE.OUTPUT) this.onOutput({ pin, level: after });
  }

  write(pin: number, level: number): void {
    const p = this.#pin(pin);
    const value = level ? 1 : 0;
    if (p.output === value) return;
    p.output = value;
    if ((p.mode & PIN_MODE.OUTPUT) === PIN_MODE.OUTPUT) this.onOutput({ pin, level: value });
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
  }

  /** A reset leaves what the world drives and forgets what firmware set. */
  reset(): void {
    for (const p of this.#pins.values()) {
      Object.assign(p, { mode: PIN_MODE.INPUT, output: 0, duty: 0, trigger: TRIGGER.NONE });
    }
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
        analog: 0,
        duty: 0,
        trigger: TRIGGER.NONE,
      };
      this.#pins.set(pin, p);
    }
    return p;
  }
}
