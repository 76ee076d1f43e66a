import type { Partition } from '../../../tools/formats/partition-table.ts';
import { ESP } from '../../board/esp-err.ts';
import { EspOtaSessions } from '../../board/esp-ota-session.ts';
import type { Guest } from '../guest.ts';
import { GuestAbort } from '../panic.ts';
import type { ImportModule } from './index.ts';

/** esp_ota_ops.h: partitions are named by their row in the table. */
export function otaImports(guest: Guest): ImportModule {
  const { app } = guest.host;
  const { ota } = app;
  const { rows } = ota.app.partitions;
  const sessions = new EspOtaSessions(ota);
  const memory = () => guest.memory;
  const rowOf = (partition: Partition | undefined) => (partition ? rows.indexOf(partition) : -1);
  const at = (row: number, run: (partition: Partition) => number) =>
    rows[row] ? run(rows[row]) : ESP.ERR_INVALID_ARG;
  return {
    running: () => rowOf(ota.running),
    boot: () => rowOf(ota.bootPartition),
    next: (start: number) => rowOf(ota.nextUpdatePartition(start < 0 ? undefined : rows[start])),
    last_invalid: () => rowOf(ota.lastInvalid),
    state: (row: number, out: number) =>
      at(row, (partition) => {
        const { error, state } = ota.state(partition);
        if (error === ESP.OK) memory().putU32(out, state);
        return error;
      }),
    set_boot: (row: number) => at(row, (partition) => ota.setBootPartition(partition)),
    mark_valid: () => ota.markValid(),
    mark_invalid: () => ota.markInvalid(),
    rollback_possible: () => (ota.rollbackPossible ? 1 : 0),
    rollback_enabled: () => (ota.app.rollback ? 1 : 0),
    begin: (row: number, size: number, out: number) =>
      at(row, (partition) => {
        const { error, handle } = sessions.begin(partition, size >>> 0);
        if (error === ESP.OK) memory().putU32(out, handle);
        return error;
      }),
    resume: (row: number, eraseSize: number, offset: number, out: number) =>
      at(row, (partition) => {
        const { error, handle } = sessions.resume(partition, eraseSize >>> 0, offset >>> 0);
        if (error === ESP.OK) memory().putU32(out, handle);
        return error;
      }),
    erase_last: (keepApp: number) => ota.eraseLastBoot(keepApp !== 0),
    image_length: (row: number) => (rows[row] ? ota.imageLength(rows[row]) : 0),
    write: (handle: number, data: number, size: number) =>
      sessions.write(handle, memory().bytes(data, size)),
    write_at: (handle: number, data: number, size: number, offset: number) => {
      if (sessions.isSequential(handle))
        throw new GuestAbort(
          'assert failed: esp_ota_write_with_offset esp_ota_ops.c (it->need_erase == 0 && "must erase the partition before writing to it")',
        );
      return sessions.writeAt(handle, memory().bytes(data, size), offset >>> 0);
    },
    end: (handle: number) => sessions.end(handle),
    abort: (handle: number) => sessions.abort(handle),
    app_desc: (row: number, out: number) =>
      at(row, (partition) => {
        const bytes = ota.appDesc(partition);
        if (bytes) memory().put(out, bytes);
        return bytes ? ESP.OK : ESP.ERR_NOT_FOUND;
      }),
    sketch_md5: (out: number) => memory().put(out, new TextEncoder().encode(app.sketchMd5)),
    sketch_size: () => ota.app.imageBytes.length,
  };
}
