import type { Kernel } from '../kernel/kernel.ts';
import { checkProfile, DEFAULT_LINK, type LinkProfile, type LinkTrouble } from './link-profile.ts';
import type { LinkUse } from './radio.ts';
import type { TcpGate } from './tcp-gate.ts';
import type { TcpTap } from './tcp-tap.ts';
import type { WifiDevice } from './wifi-device.ts';

export { DEFAULT_LINK, type LinkProfile } from './link-profile.ts';

/** How well a receiver hears a transmitter: dBm, or undefined when out of range. */
export type PathLoss = (from: string, to: string) => number | undefined;

/** The air that all radios share: who exists, who hears whom, how links behave. */
export class WifiMedium {
  readonly kernel: Kernel;
  readonly devices = new Map<string, WifiDevice>();
  /** Who listens in on TCP. */
  readonly taps: TcpTap[] = [];
  /** What segments between devices go through before they are received; none: they arrive as they are. */
  gate: TcpGate | undefined;
  rssi: PathLoss;
  /** One direction of a link, before troubles. */
  profile: (from: string, to: string) => LinkProfile;
  readonly #troubles = new Map<string, LinkTrouble>();
  readonly #uses = new Map<string, LinkUse>();

  constructor(
    kernel: Kernel,
    rssi: PathLoss,
    profile: (from: string, to: string) => LinkProfile = () => DEFAULT_LINK,
  ) {
    this.kernel = kernel;
    this.rssi = rssi;
    this.profile = profile;
  }

  /** How `from`'s segments reach `to` now. */
  link(from: string, to: string): LinkProfile {
    const profile = this.profile(from, to);
    if (this.#troubles.size === 0) return profile;
    const trouble = this.#troubles.get(key(from, to));
    return trouble ? { ...profile, ...trouble } : profile;
  }

  /** How well `to` hears `from` now. */
  heard(from: string, to: string): number | undefined {
    return this.isDown(from, to) ? undefined : this.rssi(from, to);
  }

  isDown(from: string, to: string): boolean {
    return this.#troubles.size > 0 && this.#troubles.get(key(from, to))?.down === true;
  }

  /**
   * Changes one direction of a link from now on; nothing given heals it. Give both directions their trouble for a break: a station
   * that no longer hears its access point leaves it after 6 s, one that is not heard stays and gets nothing through.
   */
  trouble(from: string, to: string, trouble?: LinkTrouble): void {
    if (trouble) {
      checkProfile(trouble);
      this.#troubles.set(key(from, to), { ...trouble });
    } else this.#troubles.delete(key(from, to));
    this.#listen();
  }

  /** Both directions at once. */
  cut(a: string, b: string): void {
    this.trouble(a, b, { down: true });
    this.trouble(b, a, { down: true });
  }

  heal(a: string, b: string): void {
    this.trouble(a, b);
    this.trouble(b, a);
  }

  /** Who hears whom has changed: stations listen for their access points' beacons. Call it after giving `rssi` a new function. */
  moved(): void {
    this.#listen();
  }

  /** What every direction of every link has carried, in the order of their first segments. */
  get uses(): readonly LinkUse[] {
    return [...this.#uses.values()];
  }

  /**
   * Occupies both radios for a segment that is ready at `ready` (µs), sent `copies` times; answers when its last byte has left.
   * `use`: what `useOf` answered for that direction.
   */
  transmit(
    from: WifiDevice,
    to: WifiDevice,
    segment: { bytes: number; ready: number; copies: number },
    profile: LinkProfile,
    use: LinkUse,
  ): number {
    const { bytes, ready, copies } = segment;
    const once = profile.segmentMicros + (bytes * 1e6) / profile.bytesPerSecond;
    const start = Math.max(ready, from.radio.freeAt, to.radio.freeAt);
    const airtime = once * copies;
    const leaves = start + airtime;
    from.radio.freeAt = leaves;
    to.radio.freeAt = leaves;
    from.radio.airtime += airtime;
    to.radio.airtime += airtime;
    from.radio.sentBytes += bytes * copies;
    to.radio.receivedBytes += bytes;
    use.bytes += bytes * copies;
    use.segments += copies;
    use.losses += copies - 1;
    use.airtime += airtime;
    return leaves;
  }

  /** What one direction of a link has carried; it goes on counting. */
  useOf(from: string, to: string): LinkUse {
    const name = key(from, to);
    let use = this.#uses.get(name);
    if (!use) {
      use = { from, to, bytes: 0, segments: 0, losses: 0, airtime: 0 };
      this.#uses.set(name, use);
    }
    return use;
  }

  #listen(): void {
    for (const device of this.devices.values()) device.listenForBeacons();
  }
}

function key(from: string, to: string): string {
  return `${from}\n${to}`;
}
