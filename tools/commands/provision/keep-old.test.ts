import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { keepOld } from './keep-old.ts';

const folder = mkdtempSync(join(tmpdir(), 'ota-keep-old-'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test('what a partition held is kept where only its owner can read it, and told', () => {
  vi.stubEnv('TMPDIR', folder);
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  keepOld(Uint8Array.of(1, 2, 3), { offset: 0x9000 });
  const [inside] = readdirSync(folder);
  const file = join(folder, inside!, 'nvs.bin');
  expect([...readFileSync(file)]).toEqual([1, 2, 3]);
  expect(statSync(join(folder, inside!)).mode & 0o077).toBe(0);
  expect(told).toHaveBeenCalledWith(
    `ota: what the partition held is kept in ${file}; write it to 0x9000 to have it back`,
  );
});
