import type { Guest } from '../guest.ts';
import type { ImportModule } from './index.ts';

export function fsImports(guest: Guest): ImportModule {
  const files = guest.host.app.files;
  const { memory } = { memory: () => guest.memory };
  const path = (pointer: number, length: number) => memory().text(pointer, length);
  const usable = () => files?.mounted === true;
  return {
    mount: (formatOnFail: number) => (files?.begin(formatOnFail !== 0) ? 1 : 0),
    format: () => {
      files?.format();
      return files ? 1 : 0;
    },
    size: (p: number, n: number) => (usable() ? (files!.read(path(p, n))?.length ?? -1) : -1),
    read: (p: number, n: number, offset: number, out: number, size: number) => {
      const data = usable() ? files!.read(path(p, n)) : undefined;
      if (!data) return -1;
      const part = data.subarray(offset, offset + size);
      memory().put(out, part);
      return part.length;
    },
    write: (p: number, n: number, data: number, size: number) =>
      usable() && files!.write(path(p, n), memory().bytes(data, size)) ? 1 : 0,
    remove: (p: number, n: number) => (usable() && files!.remove(path(p, n)) ? 1 : 0),
    rename: (p: number, n: number, q: number, m: number) =>
      usable() && files!.rename(path(p, n), path(q, m)) ? 1 : 0,
    list: (index: number, out: number, capacity: number) => {
      const name = usable() ? files!.paths()[index] : undefined;
      if (name === undefined) return -1;
      const bytes = new TextEncoder().encode(name);
      if (bytes.length <= capacity) memory().put(out, bytes);
      return bytes.length;
    },
    totals: (out: number) => {
      memory().putU32(out, files?.totalBytes ?? 0);
      memory().putU32(out + 4, usable() ? files!.usedBytes : 0);
    },
  };
}
