import type { Kernel } from '../kernel/kernel.ts';
import type { WifiDevice } from './wifi-device.ts';

/** How well a receiver hears a transmitter: dBm, or undefined when out of range. */
export type PathLoss = (from: string, to: string) => number | undefined;

/** What one WiFi hop does to a TCP stream. */
export interface LinkProfile {
  /** One-way delay, µs. */
  latency: number;
  /** Uniformly drawn extra delay, up to this, µs. */
  jitter: number;
  bytesPerSecond: number;
}

/** Typical of two ESP32s a few metres apart: iperf shows 4–10 Mbit/s, ping 3–8 ms. */
export const DEFAULT_LINK: LinkProfile = { latency: 2_500, jitter: 1_500, bytesPerSecond: 600_000 };

/** The air that all radios share: who exists, who hears whom, how links behave. */
export class WifiMedium {
  readonly kernel: Kernel;
  readonly devices = new Map<string, WifiDevice>();
  rssi: PathLoss;
  link: (station: string, accessPoint: string) => LinkProfile;

  constructor(
    kernel: Kernel,
    rssi: PathLoss,
    link: (station: string, ap: string) => LinkProfile = () => DEFAULT_LINK,
  ) {
    this.kernel = kernel;
    this.rssi = rssi;
    this.link = link;
  }
}
