import type { TraceRecord } from '../../../simulator/kernel/trace.ts';
import type { World } from '../../../simulator/scenario/world.ts';

const decoder = new TextDecoder('latin1');
const OTA = /"type":1[012],/;

/** Adds up the bytes of painlessMesh OTA (types 10 to 12) on the air, on every hop. */
export class AirWeight {
  ota = 0;

  constructor(world: World) {
    world.kernel.trace.listen((record) => this.#look(record));
  }

  #look({ kind, data }: TraceRecord): void {
    if (kind !== 'frame' || typeof data === 'string') return;
    // A frame longer than a segment goes out as two slices: the second one of a part is base64 to its end, with no colon.
    const continues = data[0] !== 0x7b && !data.includes(0x3a);
    if (continues || OTA.test(decoder.decode(data.subarray(0, 300)))) this.ota += data.length;
  }
}
