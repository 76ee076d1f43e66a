import { createHash } from 'node:crypto';
import { findPartition, type Partition } from '../../tools/formats/partition-table.ts';
import type { LoadedApp } from './bootloader.ts';
import type { ChipModel } from './chip-model.ts';
import { FileStore } from './file-store.ts';
import { knownBytes, remembered } from './known-bytes.ts';
import { OtaOps } from './ota-ops.ts';

/** What a running app sees of its flash: partitions, OTA operations, files. Made anew at each boot. */
export class BootedApp {
  readonly ota: OtaOps;
  /** The file system partition; undefined when the table has none. */
  readonly files: FileStore | undefined;
  readonly #loaded: LoadedApp;
  #sketchMd5: string | undefined;

  constructor(loaded: LoadedApp, chip: ChipModel) {
    this.#loaded = loaded;
    this.ota = new OtaOps(loaded, chip);
    const table = { partitions: [...loaded.partitions.rows] };
    const partition =
      findPartition(table, { type: 'data', subtype: 'spiffs' }) ??
      findPartition(table, { type: 'data', subtype: 'littlefs' });
    this.files = partition && new FileStore(loaded.partitions.region(partition));
  }

  /** Hex MD5 of the image as the bootloader loaded it. */
  get loadedMd5(): string {
    return md5Hex(this.#loaded.imageBytes);
  }

  /**
   * ESP.getSketchMD5(): hex MD5 of what the running slot holds when it is first asked for in a boot, and that from then on. Looking
   * takes no time here.
   */
  get sketchMd5(): string {
    const { partitions, partition, imageBytes } = this.#loaded;
    this.#sketchMd5 ??= md5Hex(partitions.peek(partition, imageBytes.length));
    return this.#sketchMd5;
  }

  /** A data partition by name, as nvs_flash_init_partition looks for it. */
  dataPartition(label: string): Partition | undefined {
    return this.#loaded.partitions.find(1, 2, label);
  }
}

const md5OfKnown = remembered((bytes) => createHash('md5').update(bytes).digest('hex'));

function md5Hex(bytes: Uint8Array): string {
  return md5OfKnown(knownBytes(bytes));
}
