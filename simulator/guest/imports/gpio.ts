import { COST_US } from '../cpu.ts';
import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

export function gpioImports(guest: Guest): ImportModule {
  const { gpio } = guest.host;
  // A pin that does not exist is the core's "Invalid pin" log line, not a crash.
  const valid = (pin: number) => pin >= 0 && pin < 64;
  const seen = new Map<number, number>();
  return {
    mode: (pin: number, mode: number) => valid(pin) && gpio.setMode(pin, mode),
    write: (pin: number, level: number) => valid(pin) && gpio.write(pin, level),
    read: (pin: number) => {
      guest.host.cpu.spend(COST_US.digitalRead);
      if (!valid(pin)) return 0;
      const level = guest.levelBefore(pin) ?? gpio.level(pin);
      // A busy wait that sees an edge has come further: looks at the clock are cheap again, for protocols of short pulses.
      const load = guest.scheduler.current?.load;
      if (load && seen.get(pin) !== level) load.reads = 0;
      seen.set(pin, level);
      return level;
    },
    analog_read: (pin: number) => (valid(pin) ? gpio.analogRead(pin) : 0),
    analog_write: (pin: number, duty: number) => valid(pin) && gpio.analogWrite(pin, duty),
    attach: (pin: number, trigger: number) => valid(pin) && gpio.attach(pin, trigger),
  };
}
