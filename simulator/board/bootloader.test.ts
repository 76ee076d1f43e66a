import { describe, expect, it } from 'vitest';
import { buildAppDesc } from '../../tools/formats/app-desc.ts';
import { buildImage } from '../../tools/formats/esp-image.ts';
import { wrapGuest } from '../../tools/formats/guest-payload.ts';
import { buildPartitionTable, type Partition } from '../../tools/formats/partition-table.ts';
import { type BootResult, boot } from './bootloader.ts';
import { CHIP_MODELS, ESP32 } from './chip-model.ts';
import { factoryFlash } from './factory-flash.ts';
import { OtaOps } from './ota-ops.ts';

const row = (label: string, type: number, subtype: number, offset: number, size: number) =>
  ({ label, type, subtype, offset, size, encrypted: false, readonly: false }) satisfies Partition;
const TABLE = buildPartitionTable([
  row('otadata', 1, 0, 0x9000, 0x2000),
  row('ota_0', 0, 0x10, 0x10000, 0x10000),
  row('ota_1', 0, 0x11, 0x20000, 0x10000),
]);
const GUEST = wrapGuest(new Uint8Array(64), { version: '1.0.0', projectName: 'guest' });

/** Sound in itself, but its mapped segment is 16 bytes off the place where the MMU could map it. */
function unmappable(): Uint8Array {
  const data = buildAppDesc({ version: '2.0.0' });
  const segments = [{ loadAddress: 0x3f400030, data }];
  return buildImage({ chipId: 0, entryAddress: 0x40080000, segments, alignMapped: false });
}

function start(first: Uint8Array, second: Uint8Array): { result: BootResult; lines: string[] } {
  const flash = factoryFlash(ESP32, { partitionTable: TABLE, app: first });
  flash.write(0x20000, second);
  const lines: string[] = [];
  const result = boot({ flash, chip: ESP32, print: (line) => void lines.push(line) });
  return { result, lines };
}

describe('the bootloader', () => {
  it.each(CHIP_MODELS)('of an $name stands before the partition table, and reads it', (chip) => {
    const flash = factoryFlash(chip, { partitionTable: TABLE, app: GUEST });
    const lines: string[] = [];
    boot({ flash, chip, print: (line) => void lines.push(line) });
    expect(lines.join('\n')).toMatch(/2nd stage bootloader[\s\S]*0x10000/);
  });

  it('passes over an image whose segments the MMU cannot map at its place', () => {
    const { result, lines } = start(unmappable(), GUEST);
    expect(result).toMatchObject({ kind: 'app', app: { slot: 1 } });
    expect(lines.join('\n')).toMatch(/esp_image: segment 0 is mapped at 0x3f400030.*\n.*slot 0/);
  });

  it('loads the same image where it fits', () => {
    expect(start(GUEST, unmappable()).result).toMatchObject({ kind: 'app', app: { slot: 0 } });
  });

  it('is not told to start such an image by the running app', () => {
    const { result } = start(GUEST, unmappable());
    if (result.kind !== 'app') throw new Error(result.kind);
    const ops = new OtaOps(result.app, ESP32);
    const [first, second] = result.app.partitions.slots;
    expect([ops.verify(first!), ops.verify(second!)]).toEqual([true, false]);
  });
});
