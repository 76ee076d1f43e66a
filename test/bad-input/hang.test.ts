import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RESET } from '../../simulator/board/reset-reason.ts';
import { md5Hex } from '../../simulator/scenario/mesh-update/observe.ts';
import { SECOND } from '../../simulator/scenario/world.ts';
import { firmware } from '../support/bench.ts';
import { boots, type MeshBench, MINUTE, meshBench, prepare } from '../support/mesh-bench.ts';

let bench: MeshBench;
beforeAll(() => prepare(['pir'], ['pir_hang', '1.2.0']));
afterEach(() => bench.close());

describe('a release whose loop() hangs', () => {
  it('is ended by the deadline of its trial; the old one is back, and the server says so', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const { image } = await firmware('pir_hang', '1.2.0');
    const id = await bench.publish(image);
    const status = await bench.final(id, 40 * MINUTE);
    const pir = bench.board('pir-1');
    const [, update, deadline, ...more] = pir.resets;
    expect(update?.reason).toBe(RESET.SW);
    expect(deadline?.reason).toBe(RESET.SW);
    expect(more).toEqual([]);
    const trial = (deadline!.time - update!.time) / SECOND;
    expect(trial).toBeGreaterThan(600);
    expect(trial).toBeLessThan(605);
    expect(boots(pir)).toBe('1.0.0 VALID');
    expect(status).toBe('failed');
    expect(await bench.row(id, 'pir-1')).toMatchObject({
      status: 'rolled_back',
      running_version: '1.0.0',
      error_message: 'hang',
    });
    // Offered once more, it is not taken: a node does not hang twice on the same image.
    const { parts, retries } = bench.watch.count('pir-1', md5Hex(image));
    const again = await bench.client.createUpdate({ firmware_id: 1 });
    expect(await bench.final(again.id, 40 * MINUTE)).toBe('failed');
    expect(bench.watch.count('pir-1', md5Hex(image))).toMatchObject({ parts, retries });
    expect(boots(pir)).toBe('1.0.0 VALID');
  });
});
