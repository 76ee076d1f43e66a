import { ESP, nvsError } from '../../board/esp-err.ts';
import { NvsFlash } from '../../board/nvs-flash.ts';
import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

const INVALID_LENGTH = nvsError('ESP_ERR_NVS_INVALID_LENGTH');

/** NVS_KEY_NAME_MAX_SIZE */
const NAME = 16;

function padded(text: string): Uint8Array {
  const bytes = new Uint8Array(NAME);
  bytes.set(new TextEncoder().encode(text).subarray(0, NAME - 1));
  return bytes;
}

/** nvs.h on the NVS partition. */
export function nvsImports(guest: Guest): ImportModule {
  const nvs = new NvsFlash(guest.host.app);
  const memory = () => guest.memory;
  const text = (pointer: number, length: number) => memory().text(pointer, length);
  return {
    init: (p: number, n: number) => nvs.init(text(p, n)),
    erase_all_partition: (p: number, n: number) => nvs.erasePartition(text(p, n)),
    open: (p: number, n: number, writable: number, out: number) => {
      const { error, handle } = nvs.open(text(p, n), writable !== 0);
      if (error === ESP.OK) memory().putU32(out, handle);
      return error;
    },
    close: (handle: number) => nvs.close(handle),
    get: (handle: number, p: number, n: number, type: number, out: number, length: number) => {
      const { error, bytes } = nvs.get(handle, text(p, n), type);
      if (error !== ESP.OK) return error;
      const capacity = memory().getU32(length);
      memory().putU32(length, bytes.length);
      if (out === 0) return ESP.OK;
      if (capacity < bytes.length) return INVALID_LENGTH;
      memory().put(out, bytes);
      return ESP.OK;
    },
    set: (handle: number, p: number, n: number, type: number, data: number, length: number) =>
      nvs.set(handle, text(p, n), type, memory().bytes(data, length)),
    find: (handle: number, p: number, n: number, out: number) => {
      const { error, type } = nvs.typeOf(handle, text(p, n));
      if (error === ESP.OK) memory().putU32(out, type);
      return error;
    },
    erase_key: (handle: number, p: number, n: number) => nvs.eraseKey(handle, text(p, n)),
    erase_all: (handle: number) => nvs.eraseAll(handle),
    commit: (handle: number) => nvs.commit(handle),
    deinit: () => nvs.deinit(),
    used: (handle: number, out: number) => {
      const { error, count } = nvs.usedEntries(handle);
      if (error === ESP.OK) memory().putU32(out, count);
      return error;
    },
    namespace: (handle: number, out: number) => {
      const name = nvs.namespaceOf(handle);
      if (name === undefined) return nvsError('ESP_ERR_NVS_INVALID_HANDLE');
      memory().put(out, padded(name));
      return ESP.OK;
    },
    entry: (p: number, n: number, type: number, index: number, out: number) => {
      if (!nvs.mounted) return nvsError('ESP_ERR_NVS_NOT_INITIALIZED');
      const found = nvs.entry(text(p, n), type, index);
      if (!found) return nvsError('ESP_ERR_NVS_NOT_FOUND');
      memory().put(out, padded(found.namespace));
      memory().put(out + NAME, padded(found.key));
      memory().putU32(out + 2 * NAME, NvsFlash.typeNumber(found.type));
      return ESP.OK;
    },
    stats: (out: number) => {
      const stats = nvs.stats();
      stats?.forEach((value, i) => memory().putU32(out + 4 * i, value));
      return stats ? ESP.OK : nvsError('ESP_ERR_NVS_NOT_INITIALIZED');
    },
  };
}
