import { DirectBench, MINUTE } from '../../direct/bench.ts';
import { clientFirmware } from '../../direct/firmware.ts';
import { serial } from '../../support/bench.ts';

/** What the client takes on a virtual board during a whole update, bytes. */
export interface BoardFigures {
  /** Of the image that `ota firmware build` makes of firmware-c, and of the module in it. */
  image: number;
  wasm: number;
  /** Given to the client's task, and the most of it that was ever used. */
  stackGiven: number;
  stackUsed: number;
  /** The most heap that client, HTTP and TCP took beyond what the board used before it started. */
  heap: number;
}

/** CONFIG_OTA_TASK_STACK_SIZE's default; the virtual board adds 4 KB to every task, which are not counted. */
const STACK_BYTES = 8192;
const EXTRA_BYTES = 4096;

/** Runs an update of the real client with a meter in its event callback. @throws Error when the update does not arrive */
export async function onBoard(): Promise<BoardFigures> {
  const project = 'test/fixtures/idf/meter';
  const old = (await clientFirmware('1.0.0', {}, project)).image;
  const target = (await clientFirmware('2.0.0', {}, project)).image;
  const { image, wasm } = await clientFirmware('1.0.0');
  const bench = await DirectBench.open({ image: old, releases: [target] });
  try {
    bench.powerOn();
    if (!(await bench.until(() => bench.arrived(target), 20 * MINUTE)))
      throw new Error(`the update does not arrive:\n${bench.story()}`);
    const meters = [
      ...serial(bench.board).matchAll(
        /METER \w+ stack_left=(\d+) heap_before=(\d+) heap_least=(\d+)/g,
      ),
    ].map((match) => match.slice(1).map(Number) as [number, number, number]);
    if (meters.length === 0) throw new Error('the client reported no event');
    const left = Math.min(...meters.map(([stack]) => stack));
    return {
      image: image.length,
      wasm: wasm.length,
      stackGiven: STACK_BYTES,
      stackUsed: STACK_BYTES + EXTRA_BYTES - left,
      heap: Math.max(...meters.map(([, before, least]) => before - least)),
    };
  } finally {
    await bench.close();
  }
}
