import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loseBit } from '../../simulator/faults/flash-damage.ts';
import { slotOf } from '../../simulator/faults/flash-places.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { parseImage } from '../../tools/formats/esp-image.ts';
import {
  boots,
  chosen,
  type MeshBench,
  MINUTE,
  meshBench,
  prepare,
  release,
  runs,
} from '../support/mesh-bench.ts';

let bench: MeshBench;
let image: Uint8Array;
beforeAll(async () => {
  await prepare(['pir'], ['pir', '1.1.0']);
  image = await release('pir', '1.1.0');
});
afterEach(() => bench.close());

/** Where the middle of the image's biggest segment is. */
function inSegment(): number {
  const biggest = parseImage(image).segments.sort((a, b) => b.data.length - a.data.length)[0]!;
  return biggest.fileOffset + (biggest.data.length >> 1);
}

describe('a bit lost in the new slot, after the mesh wrote it and before the restart', () => {
  it.each([
    ['the header', () => 0],
    ['the chip id', () => 13],
    ['a segment', inSegment],
    ['the checksum', () => -33],
    ['the hash', () => -32],
  ])('in %s: the old image boots, and the server does not say completed', async (_, offset) => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    const pir = bench.board('pir-1');
    const switched = () => chosen(pir) === 'app1 NEW';
    expect(await bench.world.runUntil(switched, 20 * MINUTE, SECOND / 10)).toBe(true);
    const at = offset();
    const bit = loseBit(pir, slotOf(pir, 1), at < 0 ? image.length + at : at);
    expect(bit).toBeLessThan(image.length);
    await bench.world.run(20 * SECOND);
    expect(pir.resets.length).toBe(2);
    expect(runs(pir)).toBe('1.0.0 app0');
    expect(await bench.final(id, 40 * MINUTE)).toBe('failed');
    expect(await bench.row(id, 'pir-1')).toMatchObject({
      status: 'rolled_back',
      running_version: '1.0.0',
    });
    pir.pressReset();
    await bench.world.run(10 * SECOND);
    expect([runs(pir), boots(pir)]).toEqual(['1.0.0 app0', '1.0.0 VALID']);
    // The image itself is sound: ordered by hand once more, it is written anew and kept.
    const forced = await bench.client.createUpdate({ firmware_id: 1, force_update: true });
    expect(await bench.final(forced.id, 40 * MINUTE)).toBe('completed');
    expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
  });
});
