/** The server's only source of time, so that a simulated run gives the same rows every time. */
export interface Clock {
  /** Unix milliseconds, an integer. */
  now(): number;
}

/** The machine's clock, for a server that people use. */
export const systemClock: Clock = { now: () => Date.now() };
