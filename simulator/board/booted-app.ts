import { hex } from '../../tools/formats/bytes.ts';
import { md5 } from '../../tools/formats/md5.ts';
import { findPartition, type Partition } from '../../tools/formats/partition-table.ts';
import type { LoadedApp } from './bootloader.ts';
import type { ChipModel } from './chip-model.ts';
import { FileStore } from './file-store.ts';
import { OtaOps } from './ota-ops.ts';

const MD5_CACHE = new Map<string, string>();

/** What a running app sees of its flash: partitions, OTA operations, files. Made anew at each boot. */
export class BootedApp {
  readonly ota: OtaOps;
  /** The file system partition; undefined when the table has none. */
  readonly files: FileStore | undefined;
  readonly #loaded: LoadedApp;

  constructor(loaded: LoadedApp, chip: ChipModel) {
    this.#loaded = loaded;
    this.ota = new OtaOps(loaded, chip);
    const table = { partitions: [...loaded.partitions.rows] };
    const partition =
      findPartition(table, { type: 'data', subtype: 'spiffs' }) ??
      findPartition(table, { type: 'data', subtype: 'littlefs' });
    this.files = partition && new FileStore(loaded.partitions.region(partition));
  }

  /** ESP.getSketchMD5(): hex MD5 of the image file that runs. */
  get sketchMd5(): string {
    const key = hex(this.#loaded.imageBytes.subarray(-32));
    let known = MD5_CACHE.get(key);
    if (known === undefined) {
      known = hex(md5(this.#loaded.imageBytes));
      if (MD5_CACHE.size > 256) MD5_CACHE.clear();
      MD5_CACHE.set(key, known);
    }
    return known;
  }

  /** A data partition by name, as nvs_flash_init_partition looks for it. */
  dataPartition(label: string): Partition | undefined {
    return this.#loaded.partitions.find(1, 2, label);
  }
}
