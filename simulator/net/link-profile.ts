/** What one direction of a WiFi hop does to a TCP stream. */
export interface LinkProfile {
  /** One-way delay, µs. */
  latency: number;
  /** Uniformly drawn extra delay, up to this, µs. */
  jitter: number;
  /** What the two radios get across, alone on the air. */
  bytesPerSecond: number;
  /** Preamble, spacing, acknowledgement of each segment, µs. */
  segmentMicros: number;
  /** Share of segments lost for good after the radio's own repetitions, 0 to 1: TCP sends them again. */
  loss: number;
}

/** Typical of two ESP32s a few metres apart: iperf shows 4–10 Mbit/s, ping 3–8 ms; a frame's overhead is about 200 µs. */
export const DEFAULT_LINK: LinkProfile = {
  latency: 2_500,
  jitter: 1_500,
  bytesPerSecond: 650_000,
  segmentMicros: 200,
  loss: 0,
};

/** A change to one direction of a link, for a while. */
export interface LinkTrouble extends Partial<LinkProfile> {
  /** Nothing gets through. */
  down?: boolean;
}

/** @throws RangeError when a figure makes no sense */
export function checkProfile(profile: LinkTrouble): void {
  for (const name of ['latency', 'jitter', 'segmentMicros'] as const) {
    const value = profile[name];
    if (value !== undefined && !(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`a link's ${name} is ${value} µs: give 0 or more`);
    }
  }
  const { bytesPerSecond, loss } = profile;
  if (bytesPerSecond !== undefined && !(bytesPerSecond > 0 && Number.isFinite(bytesPerSecond))) {
    throw new RangeError(`a link's bytesPerSecond is ${bytesPerSecond}: give more than 0`);
  }
  if (loss !== undefined && !(loss >= 0 && loss <= 1)) {
    throw new RangeError(`a link's loss is ${loss}: give a share from 0 to 1`);
  }
}
