import { describe, expect, it } from 'vitest';
import { buildAppDesc } from '../../tools/formats/app-desc.ts';
import { buildImage } from '../../tools/formats/esp-image.ts';
import { wrapGuest } from '../../tools/formats/guest-payload.ts';
import { buildPartitionTable, type Partition } from '../../tools/formats/partition-table.ts';
import { type BootResult, boot } from './bootloader.ts';
import { CHIP_MODELS, ESP32 } from './chip-model.ts';
import { ESP } from './esp-err.ts';
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

describe('a bootloader with anti-rollback', () => {
  const guest = (secureVersion: number) =>
    wrapGuest(new Uint8Array(64), { version: '1.0.0', projectName: 'guest', secureVersion });

  function secured(first: Uint8Array, second: Uint8Array, burnt: number) {
    const bootloader = { antiRollback: true };
    const flash = factoryFlash(ESP32, { partitionTable: TABLE, app: first, bootloader });
    flash.write(0x20000, second);
    const efuse = { secureVersion: burnt };
    const start = () => {
      const lines: string[] = [];
      const result = boot({ flash, chip: ESP32, efuse, print: (line) => void lines.push(line) });
      const slot = result.kind === 'app' ? result.app.slot : result.kind;
      return { result, slot, text: lines.join('\n') };
    };
    /** What the app that boots can do. */
    const running = () => {
      const { result } = start();
      if (result.kind !== 'app') throw new Error(result.kind);
      return { ops: new OtaOps(result.app, ESP32), app1: result.app.partitions.slot(1)! };
    };
    return { flash, efuse, start, running };
  }

  it('passes over an app below what is burnt into the chip', () => {
    const { start } = secured(guest(1), guest(2), 2);
    const { slot, text } = start();
    expect(slot).toBe(1);
    expect(text).toMatch(/Secure version \(from eFuse\) = 2[\s\S]*slot 0 .*below/);
    expect(secured(guest(1), guest(1), 2).start().slot).toBe('reset');
    expect(secured(guest(2), guest(1), 2).start().slot).toBe(0);
  });

  it('burns what the app says that it loads first, and what a confirmed one says', () => {
    const { efuse, running, start } = secured(guest(3), guest(4), 0);
    const { ops, app1 } = running();
    expect(efuse.secureVersion).toBe(3);
    expect(ops.setBootPartition(app1)).toBe(ESP.OK);
    expect([start().slot, efuse.secureVersion]).toEqual([1, 3]);
    expect([start().slot, efuse.secureVersion]).toEqual([0, 3]);
    expect(ops.setBootPartition(app1)).toBe(ESP.OK);
    expect(running().ops.markValid()).toBe(ESP.OK);
    expect([start().slot, efuse.secureVersion]).toEqual([1, 4]);
  });

  it('lets the running app erase a new one that is too old, and stays with itself', () => {
    const { flash, running, start } = secured(guest(2), guest(1), 2);
    const { ops, app1 } = running();
    expect(ops.setBootPartition(app1)).toBe(ESP.ERR_OTA_SMALL_SEC_VER);
    expect(flash.peek(0x20000, 0x10000).every((byte) => byte === 0xff)).toBe(true);
    expect(start().slot).toBe(0);
  });

  it('leaves no way back to an app that became too old', () => {
    const { running, start, efuse } = secured(guest(1), guest(1), 1);
    const { ops, app1 } = running();
    ops.setBootPartition(app1);
    const next = running();
    expect(next.ops.rollbackPossible).toBe(true);
    efuse.secureVersion = 2;
    expect(next.ops.rollbackPossible).toBe(false);
    expect(start().slot).toBe('reset');
  });

  it('is asked for nothing where it was built without', () => {
    const flash = factoryFlash(ESP32, { partitionTable: TABLE, app: guest(0) });
    const result = boot({ flash, chip: ESP32, efuse: { secureVersion: 9 }, print: () => {} });
    expect(result).toMatchObject({ kind: 'app', app: { slot: 0, fuse: undefined } });
  });
});
