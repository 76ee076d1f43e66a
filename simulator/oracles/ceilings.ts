import type { VirtualBoard } from '../guest/virtual-board.ts';
import type { Oracle } from './oracle.ts';

/** Less free heap than that, and the next TLS record or mesh frame of full size finds no room on the chip. */
const HEAP_MIN = 16 * 1024;
/** More than that waits to be sent or read only when something is sent faster than the mesh can carry it. */
const QUEUE_MAX = 64 * 1024;
/** A radio that is busy for more of a minute than that has no room for anybody's beacons. */
const AIRTIME_MAX = 0.9;
const MINUTE = 60_000_000;

export const ceilings: Oracle = {
  name: 'ceilings',
  promise: `${HEAP_MIN / 1024} KB of heap stay free, no more than ${QUEUE_MAX / 1024} KB of frames wait on a board, and no radio is busy for more than ${AIRTIME_MAX * 100} % of a minute`,
  watch(fleet, report) {
    const said = new Set<string>();
    const airtime = new Map<string, number>();
    let minuteBegan = 0;
    const once = (key: string, message: string) => {
      if (said.has(key)) return;
      said.add(key);
      report(message);
    };
    const memory = ({ name, guest }: VirtualBoard) => {
      const free = guest?.heap.free();
      if (free !== undefined && free < HEAP_MIN) {
        once(`heap ${name}`, `${name} has ${free} bytes of heap left`);
      }
      const waiting = guest?.binding.mesh?.engine.queuedBytes() ?? 0;
      if (waiting > QUEUE_MAX) once(`queue ${name}`, `${waiting} bytes of frames wait on ${name}`);
    };
    const air = ({ name, radio: { radio } }: VirtualBoard, elapsed: number) => {
      const used = radio.airtime - (airtime.get(name) ?? 0);
      airtime.set(name, radio.airtime);
      if (used <= AIRTIME_MAX * elapsed) return;
      const share = Math.round((100 * used) / elapsed);
      once(`air ${name}`, `the radio of ${name} was busy for ${share} % of a minute`);
    };
    return {
      // A frame is where memory is short first, and may be gone at the next tick.
      kinds: ['frame'],
      record({ board }) {
        const sender = fleet.boards.get(board);
        if (sender) memory(sender);
      },
      tick() {
        for (const board of fleet.boards.values()) memory(board);
        const elapsed = fleet.kernel.now - minuteBegan;
        if (elapsed < MINUTE) return;
        minuteBegan = fleet.kernel.now;
        for (const board of fleet.boards.values()) air(board, elapsed);
      },
    };
  },
};
