/** Sketches that use ArduinoJson with painlessMesh's packages: they compile when the user brings that library. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../simulator/scenario/world.ts';
import { BuildError, buildFirmware } from '../tools/firmware/index.ts';
import { HAL, ROOT, serial, world } from './support/bench.ts';

const FIXTURE = `${ROOT}test/fixtures/arduinojson`;
/** ArduinoJson itself is not part of this repository; its names that matter here are. */
const BROUGHT = [`${FIXTURE}/libraries`];
const build = (libraries: string[]) =>
  buildFirmware({ sketch: `${FIXTURE}/sensor_package`, libraries, halDir: HAL });

describe('a sketch with packages over ArduinoJson', { timeout: 300_000 }, () => {
  it('compiles with the library at hand, and its packages arrive whole', async () => {
    const { image } = await build(BROUGHT);
    const w = world([
      { name: 'a', image },
      { name: 'b', image },
    ]);
    w.powerOn();
    await w.run(60 * SECOND);
    for (const [board, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const line = `{"from":${w.board(other).nodeId},"value":21.5,"unit":"C"}`;
      expect(serial(w.board(board)).split(line).length - 1).toBeGreaterThan(3);
    }
  });

  it('does not without it, and is told whose it is', async () => {
    const error = await build([]).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(BuildError);
    expect(JSON.stringify(error)).toContain('bring your own copy with --library');
  });
});
