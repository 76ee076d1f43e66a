/** One ESP32 has one radio: what it sends and what it receives, upwards and downwards, take their time one after another. */
export class Radio {
  /** Until then it is busy, µs. */
  freeAt = 0;
  /** µs that it spent sending or receiving. */
  airtime = 0;
  sentBytes = 0;
  receivedBytes = 0;
}

/** What went over one link in one direction. */
export interface LinkUse {
  readonly from: string;
  readonly to: string;
  /** Of TCP's payload, repetitions included. */
  bytes: number;
  segments: number;
  /** Copies that were lost and sent again. */
  losses: number;
  /** µs */
  airtime: number;
}
