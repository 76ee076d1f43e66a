import type { Partition } from '../../../tools/formats/partition-table.ts';
import { ESP } from '../../board/esp-err.ts';
import { SECTOR_SIZE } from '../../board/nor-flash.ts';
import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

/** esp_partition.h: raw access to any partition, with the vendor's range checks. */
export function partitionImports(guest: Guest): ImportModule {
  const { partitions } = guest.host.app.ota.app;
  const memory = () => guest.memory;
  const row = (index: number): Partition | undefined => partitions.rows[index];
  return {
    partition_count: () => partitions.rows.length,
    partition_info: (index: number, out: number) => {
      const p = row(index);
      if (!p) return 0;
      const words = [
        p.type,
        p.subtype,
        p.offset,
        p.size,
        SECTOR_SIZE,
        Number(p.encrypted),
        Number(p.readonly),
      ];
      words.forEach((word, i) => memory().putU32(out + 4 * i, word));
      const label = new Uint8Array(17);
      label.set(new TextEncoder().encode(p.label).subarray(0, 16));
      memory().put(out + 28, label);
      return 1;
    },
    partition_read: (index: number, offset: number, out: number, size: number) => {
      const p = row(index);
      if (!p) return ESP.ERR_INVALID_ARG;
      if (!inside(p, offset, size)) return ESP.ERR_INVALID_SIZE;
      memory().put(out, partitions.region(p).read(offset >>> 0, size >>> 0));
      return ESP.OK;
    },
    partition_write: (index: number, offset: number, data: number, size: number) => {
      const p = row(index);
      if (!p) return ESP.ERR_INVALID_ARG;
      if (p.readonly) return ESP.ERR_NOT_SUPPORTED;
      if (!inside(p, offset, size)) return ESP.ERR_INVALID_SIZE;
      partitions.region(p).write(offset >>> 0, memory().bytes(data, size));
      return ESP.OK;
    },
    partition_erase: (index: number, offset: number, size: number) => {
      const p = row(index);
      if (!p) return ESP.ERR_INVALID_ARG;
      if (p.readonly) return ESP.ERR_NOT_SUPPORTED;
      if (!inside(p, offset, size)) return ESP.ERR_INVALID_SIZE;
      if ((offset >>> 0) % SECTOR_SIZE || (size >>> 0) % SECTOR_SIZE) return ESP.ERR_INVALID_ARG;
      partitions.region(p).erase(offset >>> 0, size >>> 0);
      return ESP.OK;
    },
  };
}

function inside(partition: Partition, offset: number, size: number): boolean {
  return (offset >>> 0) + (size >>> 0) <= partition.size;
}
