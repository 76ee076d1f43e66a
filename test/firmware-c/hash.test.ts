// SHA-256 by both of the engines that ESP-IDF has had, on a virtual board.
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../../simulator/scenario/world.ts';
import { buildFirmware, closeCompilers } from '../../tools/firmware/index.ts';
import { clientPartitionTable } from '../direct/firmware.ts';
import { HAL, serial } from '../support/bench.ts';
import { PROJECT } from './files.ts';

/** What the hash port is made of, below the component. */
const PARTS = [
  'port/hash_port.c',
  'port/idf_features.h',
  'port/ports.h',
  'src/ota_port.h',
  'include/ota_types.h',
  'include/ota_err.h',
];

const sketch = mkdtempSync(join(tmpdir(), 'ota-hash-'));
beforeAll(() => {
  cpSync(join(import.meta.dirname, 'fixtures/hash'), sketch, { recursive: true });
  for (const part of PARTS)
    copyFileSync(
      join(PROJECT, 'components/ota_client', part),
      join(sketch, 'main', basename(part)),
    );
});
afterAll(() => {
  closeCompilers();
  rmSync(sketch, { recursive: true });
});

const sha256 = (length: number) =>
  createHash('sha256')
    .update(Uint8Array.from({ length }, (_, i) => i))
    .digest('hex');

test('the hash port by PSA (ESP-IDF 6) and by mbedtls (5)', async () => {
  const { image } = await buildFirmware({ sketch, halDir: HAL });
  const world = new World({
    seed: 'hash',
    partitionTable: clientPartitionTable(),
    rssi: () => -50,
    boards: [{ name: 'board', image }],
  });
  world.powerOn();
  await world.run(3_000_000);
  const text = serial(world.board('board'));
  for (const engine of ['psa', 'mbedtls'])
    for (const length of [0, 64, 1000])
      expect(text).toContain(`${engine} ${length} ${sha256(length)}`);
  expect(text).not.toContain('failed');
}, 300_000);
