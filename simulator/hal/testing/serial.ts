/** Gives a guest lines on UART0, and waits for its answers. */
import type { HostFunctions, TestGuest } from './guest.ts';

export class SerialInput {
  #waiting: number[] = [];
  readonly #guest: () => TestGuest;

  constructor(guest: () => TestGuest) {
    this.#guest = guest;
  }
  line(text: string): void {
    this.#waiting.push(...new TextEncoder().encode(`${text}\n`));
  }
  host(): HostFunctions {
    return {
      'uart.available': () => this.#waiting.length,
      'uart.read': (_port = 0, out = 0, capacity = 0) => {
        const taken = this.#waiting.splice(0, capacity);
        this.#guest().put(out, Uint8Array.from(taken));
        return taken.length;
      },
      'uart.peek': () => this.#waiting[0] ?? -1,
    };
  }
}
