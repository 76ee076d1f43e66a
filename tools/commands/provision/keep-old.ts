import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Partition } from '../../formats/partition-table.ts';
import { writeFile } from '../support/output.ts';

/** Writing began and did not end: what stood in the partition is kept in a folder that only its owner
 * can look into, as there are secrets in it. */
export function keepOld(old: Uint8Array, { offset }: Pick<Partition, 'offset'>): void {
  const file = join(mkdtempSync(join(tmpdir(), 'ota-provision-')), 'nvs.bin');
  writeFile(file, old, 'the old content of the partition');
  console.error(
    `ota: what the partition held is kept in ${file}; write it to 0x${offset.toString(16)} to have it back`,
  );
}
