/** In-memory stand-ins for the NVS and file imports of host.h, for the HAL's own tests. */
import type { HostFunctions, TestGuest } from './guest.ts';

const NVS_NOT_FOUND = 0x1102;
const NVS_READ_ONLY = 0x1104;
const NVS_INVALID_LENGTH = 0x110c;
const BLOB = 0x42;
const STRING = 0x21;

interface Entry {
  type: number;
  data: Uint8Array;
}

/** `guest` is a thunk, because a guest needs its host first. */
export function memoryNvs(guest: () => TestGuest): HostFunctions {
  const namespaces = new Map<string, Map<string, Entry>>();
  const handles = new Map<number, { entries: Map<string, Entry>; writable: boolean }>();
  const entry = (handle: number, key: string) => handles.get(handle)?.entries.get(key);
  return {
    'nvs.init': () => 0,
    'nvs.open': (name = 0, length = 0, writable = 0, out = 0) => {
      const key = guest().text(name, length);
      const entries = namespaces.get(key) ?? new Map<string, Entry>();
      if (!writable && !namespaces.has(key)) return NVS_NOT_FOUND;
      namespaces.set(key, entries);
      const handle = handles.size + 1;
      handles.set(handle, { entries, writable: writable !== 0 });
      guest().word(out, handle);
      return 0;
    },
    'nvs.close': () => undefined,
    'nvs.commit': () => 0,
    'nvs.set': (handle = 0, key = 0, keyLength = 0, type = 0, data = 0, length = 0) => {
      const open = handles.get(handle);
      if (!open?.writable) return NVS_READ_ONLY;
      open.entries.set(guest().text(key, keyLength), {
        type,
        data: guest().bytes.slice(data, data + length),
      });
      return 0;
    },
    'nvs.get': (handle = 0, key = 0, keyLength = 0, type = 0, out = 0, length = 0) => {
      const found = entry(handle, guest().text(key, keyLength));
      if (!found || found.type !== type) return NVS_NOT_FOUND;
      const capacity = new DataView(guest().bytes.buffer).getUint32(length, true);
      guest().word(length, found.data.length);
      if (out === 0) return 0;
      if ((type === BLOB || type === STRING) && found.data.length > capacity)
        return NVS_INVALID_LENGTH;
      guest().put(out, found.data);
      return 0;
    },
    'nvs.find': (handle = 0, key = 0, keyLength = 0, out = 0) => {
      const found = entry(handle, guest().text(key, keyLength));
      if (!found) return NVS_NOT_FOUND;
      guest().word(out, found.type);
      return 0;
    },
    'nvs.erase_key': (handle = 0, key = 0, keyLength = 0) =>
      handles.get(handle)?.entries.delete(guest().text(key, keyLength)) ? 0 : NVS_NOT_FOUND,
    'nvs.erase_all': (handle = 0) => {
      handles.get(handle)?.entries.clear();
      return 0;
    },
  };
}

export function memoryFiles(guest: () => TestGuest): HostFunctions {
  const files = new Map<string, Uint8Array>();
  const path = (pointer: number, length: number) => guest().text(pointer, length);
  return {
    'fs.mount': () => 1,
    'fs.size': (name = 0, length = 0) => files.get(path(name, length))?.length ?? -1,
    'fs.read': (name = 0, length = 0, offset = 0, out = 0, size = 0) => {
      const part = files.get(path(name, length))?.slice(offset, offset + size);
      if (!part) return -1;
      guest().put(out, part);
      return part.length;
    },
    'fs.write': (name = 0, length = 0, data = 0, size = 0) => {
      files.set(path(name, length), guest().bytes.slice(data, data + size));
      return 1;
    },
    'fs.remove': (name = 0, length = 0) => (files.delete(path(name, length)) ? 1 : 0),
    'fs.rename': (from = 0, fromLength = 0, to = 0, toLength = 0) => {
      const content = files.get(path(from, fromLength));
      if (!content) return 0;
      files.delete(path(from, fromLength));
      files.set(path(to, toLength), content);
      return 1;
    },
    'fs.list': (index = 0, out = 0, capacity = 0) => {
      const name = [...files.keys()].sort()[index];
      if (name === undefined) return -1;
      const bytes = new TextEncoder().encode(name).slice(0, capacity);
      guest().put(out, bytes);
      return bytes.length;
    },
  };
}
