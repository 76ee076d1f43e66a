import { afterAll, expect, test } from 'vitest';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { cutDirectUpdate } from './direct-power-cuts.ts';

afterAll(closeCompilers);

test('of a whole update of the C client every operation in otadata and NVS is cut, and a sample of all cuts is made', async () => {
  const result = await cutDirectUpdate({
    sample: { points: 40, seed: 20261121 },
    metadata: true,
    secondCuts: 12,
    reruns: 3,
  });
  expect(result.failures).toEqual([]);
  const { facts } = result;
  expect(result.tried).toBeGreaterThan(40 + 20);
  expect(facts['booted the old image first']).toBeGreaterThan(0);
  expect(facts['booted the new image first']).toBeGreaterThan(0);
  expect(result.points).toBeGreaterThan(3 * 200);
}, 600_000);
