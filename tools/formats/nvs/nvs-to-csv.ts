import { equalBytes, hex, utf8 } from '../bytes.ts';
import type { NvsRow } from './nvs-build.ts';
import type { NvsDump, NvsDumpEntry } from './nvs-dump.ts';

export interface NvsCsvText {
  csv: string;
  /** Values that CSV cannot hold: rows of type `file` name them by these paths. */
  files: { path: string; bytes: Uint8Array }[];
  /** Entries that cannot be said in CSV, and are left out. */
  problems: { code: string; message: string; offset: number }[];
}

/** Python's csv module reads no longer field than 131072 characters: two for a byte. */
const INLINE_MAX = 65536;

/** What a dump holds as rows for `buildNvs`: namespaces with a name, in order. */
export function nvsRowsOf(dump: Pick<NvsDump, 'namespaces'>): NvsRow[] {
  return dump.namespaces.flatMap(({ name, entries }) => {
    if (name === undefined) return [];
    const rows = entries.map(({ key, type, value, bytes }) => ({
      namespace: name,
      entry: { key, type, value: bytes ?? value },
    }));
    return [{ namespace: name }, ...rows];
  });
}

/**
 * The CSV from which `buildNvsFromCsv` makes a partition with the same keys and values. `float` and
 * `double` keep their names as encodings, which ESP-IDF's generator does not know.
 */
export function formatNvsCsv(dump: Pick<NvsDump, 'namespaces'>): NvsCsvText {
  const result: NvsCsvText = { csv: '', files: [], problems: [] };
  const lines = ['key,type,encoding,value'];
  for (const { index, name, entries } of dump.namespaces) {
    if (name === undefined || !isName(name)) {
      const message =
        name === undefined ? `namespace ${index} has no name` : `"${name}" is no name`;
      const offset = entries[0]?.offset ?? 0;
      result.problems.push({ code: 'namespace-not-csv', message, offset });
      continue;
    }
    lines.push(`${quoted(name)},namespace,,`);
    for (const entry of entries) {
      const row = rowOf(`${index}`, entry, result);
      if (row !== undefined) lines.push(row);
    }
  }
  result.csv = `${lines.join('\n')}\n`;
  return result;
}

/** Undefined where a problem was noted. */
function rowOf(folder: string, entry: NvsDumpEntry, result: NvsCsvText): string | undefined {
  const { key, type, value, bytes, offset } = entry;
  const fail = (message: string): undefined => {
    result.problems.push({ code: 'entry-not-csv', message, offset });
    return undefined;
  };
  const file = (content: Uint8Array): string => {
    const path = `nvs-${folder}-${result.files.length}.bin`;
    result.files.push({ path, bytes: content });
    return path;
  };
  if (!isName(key)) return fail(`the key ${JSON.stringify(key)} cannot be written as CSV`);
  const name = quoted(key);
  if (value instanceof Uint8Array) {
    return value.length <= INLINE_MAX
      ? `${name},data,hex2bin,${hex(value)}`
      : `${name},file,binary,${file(value)}`;
  }
  if (type !== 'str') return `${name},data,${type},${value}`;
  const text = String(value);
  if (bytes && !equalBytes(bytes, utf8(`${text}\0`))) {
    return fail(`the string ${JSON.stringify(key)} is no UTF-8 text that ends with its one NUL`);
  }
  // Line breaks are read as \n, and lines that begin with # are dropped even inside of quotes.
  const plain = text.length <= INLINE_MAX && !/\r|\n#/.test(text);
  return plain ? `${name},data,string,${quoted(text)}` : `${name},file,string,${file(utf8(text))}`;
}

function isName(text: string): boolean {
  return text !== '' && !/[\r\0]|\n#/.test(text) && !text.includes('\ufffd');
}

function quoted(text: string): string {
  return /[",\n]|^#|^\ufeff/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
