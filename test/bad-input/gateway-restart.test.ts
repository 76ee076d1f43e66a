import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../simulator/scenario/world.ts';
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

const parts = (count: number) => () => bench.transferring('pir-1', image, count);
const state = (text: string) => () =>
  bench.world.runUntil(() => chosen(bench.board('pir-1')) === text, 10 * MINUTE, SECOND / 10);

/** What the server says while the gateway is away must be true of the node's flash. */
async function truthful(id: number): Promise<void> {
  const row = await bench.row(id, 'pir-1');
  const kept = boots(bench.board('pir-1')) === '1.1.0 VALID';
  if (!kept) expect([await bench.status(id), row?.status]).not.toContain('completed');
}

async function completes(id: number): Promise<void> {
  expect(await bench.final(id, 60 * MINUTE)).toBe('completed');
  const pir = bench.board('pir-1');
  expect([runs(pir), boots(pir)]).toEqual(['1.1.0 app1', '1.1.0 VALID']);
  expect(await bench.row(id, 'pir-1')).toMatchObject({ status: 'completed' });
}

describe.each([
  ['as the first part is asked for', parts(1)],
  ['in the middle of the transfer', parts(120)],
  ['after the last part', state('app1 NEW')],
  ['while the new image is on trial', state('app1 PENDING_VERIFY')],
  ['after the image was confirmed', state('app1 VALID')],
])('a gateway that goes %s', (_, moment) => {
  it.each([
    ['by its reset button, is back at once', 0],
    ['by a power cut, is back a minute later', MINUTE],
    ['by a power cut, is back after its claim has run out', 5 * MINUTE],
  ])('%s: the update completes, and the server is truthful', async (_, away) => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    expect(await moment()).toBe(true);
    if (away === 0) bench.gateway.pressReset();
    else bench.gateway.cutPower();
    await bench.world.run(away);
    await truthful(id);
    bench.gateway.powerOn();
    await completes(id);
    expect(bench.board('pir-1').resets.length).toBe(2);
  });
});

describe('a gateway that does not come back', () => {
  it('leaves a node in mid-transfer on its old image, and the update open', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }] });
    const id = await bench.publish(image);
    expect(await parts(120)()).toBe(true);
    bench.gateway.cutPower();
    await bench.world.run(30 * MINUTE);
    expect(runs(bench.board('pir-1'))).toBe('1.0.0 app0');
    expect((await bench.client.getUpdate(id)).status).toMatch(/^(pending|in_progress)$/);
    expect((await bench.client.pending()).map((row) => row.update_id)).toEqual([id]);
  });

  it('leaves a node on trial unconfirmed: it falls back, and takes the update from another gateway', async () => {
    bench = await meshBench({ nodes: [{ name: 'pir-1' }, { name: 'gateway-2', off: true }] });
    const id = await bench.publish(image);
    expect(await state('app1 NEW')()).toBe(true);
    bench.gateway.cutPower();
    await bench.world.run(12 * MINUTE);
    expect(runs(bench.board('pir-1'))).toBe('1.0.0 app0');
    await truthful(id);
    bench.board('gateway-2').powerOn();
    await completes(id);
  });
});
