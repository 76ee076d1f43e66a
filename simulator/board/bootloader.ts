import { bootCandidates } from '../../tools/formats/boot-candidates.ts';
import { hex } from '../../tools/formats/bytes.ts';
import { FormatError } from '../../tools/formats/errors.ts';
import type { EspImage } from '../../tools/formats/esp-image.ts';
import { readImage } from '../../tools/formats/esp-image-region.ts';
import { unwrapGuest } from '../../tools/formats/guest-payload.ts';
import {
  applyOtadataWrites,
  type BootSelection,
  initialOtadataWrite,
  OTA_STATE,
  OTADATA_SIZE,
  otaStateName,
  parseOtadata,
  selectBootSlot,
} from '../../tools/formats/otadata.ts';
import type { Partition } from '../../tools/formats/partition-table.ts';
import { type BootloaderConfig, parseBootloaderConfig } from './bootloader-image.ts';
import type { ChipModel } from './chip-model.ts';
import type { NorFlash } from './nor-flash.ts';
import { Partitions } from './partitions.ts';
import { burnSecureVersion, isSecure, type SecureVersionFuse } from './secure-version.ts';
import { verdictOn } from './verdicts.ts';

/** What the bootloader handed control to. */
export interface LoadedApp {
  readonly partitions: Partitions;
  readonly partition: Partition;
  /** -1 = factory. */
  readonly slot: number;
  readonly image: EspImage;
  readonly imageBytes: Uint8Array;
  /** The WebAssembly module that stands in for the app's machine code. */
  readonly wasm: Uint8Array;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE of the bootloader in flash. */
  readonly rollback: boolean;
  /** What apps are held to, where the bootloader in flash was built with anti-rollback. */
  readonly fuse: SecureVersionFuse | undefined;
}

export type BootResult =
  | { kind: 'app'; app: LoadedApp }
  /** Nothing bootable: the bootloader resets and tries again. */
  | { kind: 'reset' }
  /** The chip stands still, with the reason. */
  | { kind: 'halt'; reason: string };

export interface BootContext {
  flash: NorFlash;
  chip: ChipModel;
  /** One line on UART0. */
  print: (line: string) => void;
  /** Default: nothing is burnt. */
  efuse?: SecureVersionFuse;
}

/** ROM and second-stage bootloader: from the bytes in flash to the app that runs. */
export function boot(context: BootContext): BootResult {
  const { flash, chip, print } = context;
  const at = chip.bootloaderOffset;
  const bootloader = readImage(flash.region(at, 0x8000 - at));
  const verdict = verdictOn(bootloader, {
    chipId: chip.id,
    chipRevision: chip.revision,
    kind: 'bootloader',
  });
  if (!verdict.ok) {
    print(`invalid header: 0x${hex(bootloader.subarray(0, 4))}`);
    return { kind: 'reset' };
  }
  const config = parseBootloaderConfig(verdict.image!);
  if (!config) {
    const where = `0x${at.toString(16)}`;
    return {
      kind: 'halt',
      reason: `the bootloader at ${where} is machine code, which does not run here`,
    };
  }
  print(`I (29) boot: ESP-IDF ${config.idfVersion} 2nd stage bootloader`);
  print(`I (29) boot: chip revision: v${Math.floor(chip.revision / 100)}.${chip.revision % 100}`);
  const partitions = Partitions.read(flash);
  if (!(partitions instanceof Partitions)) {
    for (const problem of partitions.problems) print(`E (34) flash_parts: ${problem}`);
    print('E (36) boot: Failed to verify partition table');
    return { kind: 'reset' };
  }
  return loadApp(context, partitions, config);
}

function loadApp(
  context: BootContext,
  partitions: Partitions,
  { rollback, antiRollback }: BootloaderConfig,
): BootResult {
  const { print } = context;
  const fuse = antiRollback ? (context.efuse ?? { secureVersion: 0 }) : undefined;
  if (fuse) print(`I (40) boot: Secure version (from eFuse) = ${fuse.secureVersion}`);
  const otadata = partitions.otadata && partitions.region(partitions.otadata);
  if (otadata && otadata.size < OTADATA_SIZE) {
    print('E (40) boot: ota data partition invalid');
    return { kind: 'reset' };
  }
  const entries = otadata && parseOtadata(otadata.read(0, OTADATA_SIZE));
  const selection = selectBootSlot({
    entries,
    appCount: partitions.appCount,
    hasFactory: partitions.factory !== undefined,
    rollback,
    secure: fuse && ((slot) => isSecureSlot(fuse, partitions, slot)),
  });
  const chosen = selection.active === -1 ? undefined : partitions.slot(selection.slot);
  if (fuse && chosen && entries?.[selection.active as 0 | 1].state === OTA_STATE.VALID) {
    burnSecureVersion(fuse, partitions.region(chosen));
  }
  logSelection(print, selection);
  if (otadata) applyOtadataWrites(otadata, selection.writes);
  for (const { slot, partition } of bootCandidates(selection.slot, partitions)) {
    const found = tryLoad(context, { partitions, partition, slot, rollback, fuse });
    if (!found) continue;
    if (selection.initial && otadata) {
      const write = initialOtadataWrite(slot);
      if (write) applyOtadataWrites(otadata, [write]);
      if (fuse) burnSecureVersion(fuse, partitions.region(partition));
    }
    return found;
  }
  print('E (90) boot: No bootable app partitions in the partition table');
  return { kind: 'reset' };
}

function logSelection(print: (line: string) => void, selection: BootSelection): void {
  for (const { entry, state } of selection.writes) {
    print(`I (42) boot: ota data entry ${entry} is now ${otaStateName(state)}`);
  }
}

function isSecureSlot(fuse: SecureVersionFuse, partitions: Partitions, slot: number): boolean {
  const partition = partitions.slot(slot);
  return partition !== undefined && isSecure(fuse, partitions.region(partition));
}

function tryLoad(
  { chip, print }: BootContext,
  candidate: Pick<LoadedApp, 'partitions' | 'partition' | 'slot' | 'rollback' | 'fuse'>,
): BootResult | undefined {
  const { partitions, partition, slot, fuse } = candidate;
  const imageBytes = readImage(partitions.region(partition));
  const { ok, problems, image } = verdictOn(imageBytes, {
    chipId: chip.id,
    chipRevision: chip.revision,
    maxLength: partition.size,
    flashOffset: partition.offset,
  });
  const where = `0x${partition.offset.toString(16)}`;
  if (fuse && !isSecure(fuse, partitions.region(partition))) {
    print(
      `E (60) boot: the app in slot ${slot} at ${where} is below the secure version of the chip`,
    );
    return undefined;
  }
  if (!ok || !image) {
    for (const { message } of problems) print(`E (60) esp_image: ${message}`);
    print(`E (61) boot: OTA app partition slot ${slot} at ${where} is not bootable`);
    return undefined;
  }
  const guest = guestOf(image);
  if (typeof guest === 'string')
    return { kind: 'halt', reason: `the image at ${where} cannot run here: ${guest}` };
  print(`I (80) boot: Loaded app from partition at offset ${where}`);
  return { kind: 'app', app: { ...candidate, image, imageBytes, wasm: guest } };
}

/** The module that stands in for machine code, or a sentence on why there is none: an image for silicon is sound and boots nothing. */
function guestOf(image: EspImage): Uint8Array | string {
  try {
    return unwrapGuest(image).wasm;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
}
