import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeCompilers } from '../../tools/firmware/index.ts';
import { FAULT_CASES } from './fault-cases.ts';
import { clientFirmware } from './firmware.ts';
import { meetFault } from './meet.ts';
import { ServerBed } from './server-bed.ts';

let images: { old: Uint8Array; target: Uint8Array };
let bed: ServerBed;
beforeAll(async () => {
  images = {
    old: (await clientFirmware('1.0.0')).image,
    target: (await clientFirmware('2.0.0')).image,
  };
  bed = await ServerBed.open([images.target]);
}, 600_000);
afterAll(async () => {
  closeCompilers();
  await bed?.close();
});

const ROWS = [...new Set(FAULT_CASES.map(({ row }) => row))];

describe.each(ROWS)('row %i', (row) => {
  it.each(
    FAULT_CASES.filter((given) => given.row === row).map((given) => [given.name, given] as const),
  )('%s', async (_, given) => expect(await meetFault(given, images, bed)).toEqual([]), 120_000);
});
