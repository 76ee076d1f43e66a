import { readFile } from 'node:fs/promises';
import { parseImage } from '../../formats/esp-image.ts';
import { unwrapGuest } from '../../formats/guest-payload.ts';
import { addr2lineSymbolizer, findAddr2line, type ToolSearch } from './addr2line.ts';
import { isElf, readElf } from './elf.ts';
import { type Frame, rangeSymbolizer, type Symbolizer } from './frame.ts';
import { isWasm, readWasmFunctions } from './wasm.ts';

const ESP_IMAGE_MAGIC = 0xe9;

/**
 * What names the code addresses of a firmware: its ELF file (by the toolchain's addr2line if found, else by its symbol table), or
 * for a simulated board its image or WebAssembly module.
 * @throws Error a sentence that names the file
 */
export async function openSymbols(file: string, search: ToolSearch = {}): Promise<Symbolizer> {
  try {
    const bytes = new Uint8Array(await readFile(file));
    if (isElf(bytes)) return elfSymbolizer(file, bytes, search);
    return imageSymbols(file, bytes);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new Error(`no functions can be named with ${file}: ${reason}`, { cause: error });
  }
}

/** As openSymbols, of an image for the simulator or a WebAssembly module in memory. @throws Error */
export function imageSymbols(source: string, bytes: Uint8Array): Symbolizer {
  return rangeSymbolizer(source, readWasmFunctions(moduleOf(bytes)));
}

function moduleOf(bytes: Uint8Array): Uint8Array {
  if (isWasm(bytes)) return bytes;
  if (bytes[0] === ESP_IMAGE_MAGIC) return unwrapGuest(parseImage(bytes)).wasm;
  throw new Error('it is no ELF file, no image for the simulator and no WebAssembly module');
}

function elfSymbolizer(file: string, bytes: Uint8Array, search: ToolSearch): Symbolizer {
  const { machine, functions } = readElf(bytes);
  const own = rangeSymbolizer(file, functions);
  const tool = findAddr2line(machine, search);
  if (!tool) return own;
  const vendor = addr2lineSymbolizer(tool, file);
  return {
    source: vendor.source,
    // A tool that fails must not cost the names that the file itself has.
    resolve: async (addresses) => {
      const named = await vendor.resolve(addresses).catch((): Frame[] => []);
      const missing = addresses.filter((one) => !named.some(({ address }) => address === one));
      const rest = await own.resolve(missing);
      const all = [...named, ...rest];
      return addresses.flatMap((one) => all.find(({ address }) => address === one) ?? []);
    },
  };
}
