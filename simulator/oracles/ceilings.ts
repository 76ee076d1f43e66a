import type { Oracle } from './oracle.ts';

/** Less free heap than that, and the next TLS record or mesh frame of full size finds no room on the chip. */
const HEAP_MIN = 16 * 1024;
/** A radio that is busy for more of a minute than that has no room for anybody's beacons. */
const AIRTIME_MAX = 0.9;
const MINUTE = 60_000_000;

export const ceilings: Oracle = {
  name: 'ceilings',
  promise: `${HEAP_MIN / 1024} KB of heap stay free, and no radio is busy for more than ${AIRTIME_MAX * 100} % of a minute`,
  watch(fleet, report) {
    const said = new Set<string>();
    const airtime = new Map<string, number>();
    let minuteEnds = MINUTE;
    const once = (key: string, message: string) => {
      if (said.has(key)) return;
      said.add(key);
      report(message);
    };
    return {
      tick() {
        for (const { name, guest, radio } of fleet.boards.values()) {
          const free = guest?.binding.heapLeft();
          if (free !== undefined && free < HEAP_MIN) {
            once(`heap ${name}`, `${name} has ${free} bytes of heap left`);
          }
          if (fleet.kernel.now < minuteEnds) continue;
          const used = radio.radio.airtime - (airtime.get(name) ?? 0);
          airtime.set(name, radio.radio.airtime);
          if (used > AIRTIME_MAX * MINUTE) {
            const share = Math.round((100 * used) / MINUTE);
            once(`air ${name}`, `the radio of ${name} was busy for ${share} % of a minute`);
          }
        }
        if (fleet.kernel.now >= minuteEnds) minuteEnds = fleet.kernel.now + MINUTE;
      },
    };
  },
};
