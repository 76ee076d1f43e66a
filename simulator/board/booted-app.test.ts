import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { wrapGuest } from '../../tools/formats/guest-payload.ts';
import { buildPartitionTable } from '../../tools/formats/partition-table.ts';
import { BootedApp } from './booted-app.ts';
import { boot } from './bootloader.ts';
import { ESP32 } from './chip-model.ts';
import { factoryFlash } from './factory-flash.ts';
import type { NorFlash } from './nor-flash.ts';

const TABLE = buildPartitionTable([
  {
    label: 'ota_0',
    type: 0,
    subtype: 0x10,
    offset: 0x10000,
    size: 0x10000,
    encrypted: false,
    readonly: false,
  },
]);
const IMAGE = wrapGuest(new Uint8Array(64), { version: '1.0.0', projectName: 'guest' });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

function booted(flash: NorFlash): BootedApp {
  const result = boot({ flash, chip: ESP32, print: () => {} });
  if (result.kind !== 'app') throw new Error(result.kind);
  return new BootedApp(result.app, ESP32);
}

const flashed = (app: Uint8Array) => factoryFlash(ESP32, { partitionTable: TABLE, app });

it('MD5s are those of the image, and differ where images end alike', () => {
  expect(booted(flashed(IMAGE)).sketchMd5).toBe(md5(IMAGE));
  // Without the hash, whose flag is byte 23 of the header, the end is the checksum of all before: two bytes can make up for each other.
  const bare = IMAGE.slice(0, -32);
  bare[23] = 0;
  const twin = bare.slice();
  const at = twin.length - 40;
  twin[at]! ^= 0x55;
  twin[at + 1]! ^= 0x55;
  const [one, other] = [booted(flashed(bare)), booted(flashed(twin))];
  expect([one.loadedMd5, one.sketchMd5]).toEqual([md5(bare), md5(bare)]);
  expect([other.loadedMd5, other.sketchMd5]).toEqual([md5(twin), md5(twin)]);
  expect(other.sketchMd5).not.toBe(one.sketchMd5);
});

it('ESP.getSketchMD5() shows damage of the slot that came before it was first asked for', () => {
  const flash = flashed(IMAGE);
  const [early, late] = [booted(flash), booted(flash)];
  expect(early.sketchMd5).toBe(md5(IMAGE));
  flash.disturb(0x10000 + 300, 1);
  const damaged = flash.peek(0x10000, IMAGE.length);
  expect([early.sketchMd5, late.sketchMd5]).toEqual([md5(IMAGE), md5(damaged)]);
  expect([early.loadedMd5, late.loadedMd5]).toEqual([md5(IMAGE), md5(IMAGE)]);
});
